import type { FloorTermName, Hop } from '../../core/record.ts';

/** CSS class of a hop's colour: the same in the bar, in its legend and for floor terms. */
export const hopClass = (name: Hop['name']): string => `hop-${name.replaceAll(' ', '-')}`;

/** The hop in which a term of the floor is spent. */
const hopOfTerm: Record<FloorTermName, Hop['name']> = {
  'first failing request': 'first request hit',
  export: 'telemetry exported',
  // For a series that goes away: until the exporter drops it.
  expiry: 'telemetry exported',
  batch: 'sample stored',
  scrape: 'sample stored',
  ingest: 'sample stored',
  window: 'expression true',
  recording: 'expression true',
  'query offset': 'expression true',
  evaluation: 'pending',
  for: 'firing',
  spread: 'notifier sent',
  silence: 'page received',
  'group wait': 'page received',
  'group interval': 'page received',
  delivery: 'page received',
  'keep firing': 'resolved',
};

export const hopForTerm = (name: FloorTermName): Hop['name'] => hopOfTerm[name];
