import type { FloorTermName, Hop } from '../../core/record.ts';

/** CSS class of a hop's colour: the same one in the bar, in its legend and for the floor's terms. */
export const hopClass = (name: Hop['name']): string => `hop-${name.replaceAll(' ', '-')}`;

/** In which hop a term of the floor is spent. */
const hopOfTerm: Record<FloorTermName, Hop['name']> = {
  'first failing request': 'first request hit',
  export: 'telemetry exported',
  // A series that goes away: until the exporter forgets it.
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
  'group wait': 'page received',
  'group interval': 'page received',
  delivery: 'page received',
  'keep firing': 'resolved',
};

export const hopForTerm = (name: FloorTermName): Hop['name'] => hopOfTerm[name];
