import type { PageStatus } from '../page.ts';
import { visible } from './links.ts';

/** A name and a value as a message shows them. */
export interface Named {
  readonly name: string;
  readonly value: string;
}

/** Named values, told apart. */
export interface Sorted {
  readonly status?: PageStatus;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
  readonly startsAt?: number;
}

const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** A message shows labels and annotations alike; these names are annotations by convention, all others labels. */
export const annotationNames = new Set([
  'summary',
  'description',
  'message',
  'runbook',
  'runbook_url',
  'dashboard',
  'dashboard_url',
  'grafana_state_reason',
]);

/**
 * Sorts what a message shows by name into labels, annotations, and the alert's start and status; a name that no label
 * can have is none of them. Empty values are left out: Alertmanager has no empty labels.
 */
export function sortNamed(values: readonly Named[]): Sorted {
  const sorted = { labels: {}, annotations: {} } as {
    -readonly [K in keyof Sorted]: Sorted[K];
  };
  for (const { name, value: raw } of values) {
    const value = visible(raw);
    const key = name.toLowerCase().replaceAll('_', '');
    if (value === '') continue;
    if (key === 'status' && /^(firing|resolved)$/i.test(value)) {
      sorted.status = value.toLowerCase() as PageStatus;
    } else if (key === 'startsat' || key === 'endsat') {
      const time = parseTime(value);
      if (time !== undefined && key === 'startsat') sorted.startsAt = time;
    } else if (annotationNames.has(name)) sorted.annotations[name] = value;
    else if (labelName.test(name)) sorted.labels[name] = value;
  }
  return sorted;
}

/**
 * Reads RFC 3339, and the form in which a Go template prints a time (`2026-11-21 07:44:19.123 +0000 UTC`).
 *
 * @returns epoch milliseconds; `undefined` for anything else and for Go's zero time (an alert not yet ended).
 */
export function parseTime(text: string): number | undefined {
  const go = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) ([+-]\d\d)(\d\d) \S+/.exec(text);
  const iso = go ? `${go[1]}T${go[2]}${go[3]}:${go[4]}` : text;
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(iso)) return undefined;
  const ms = Date.parse(iso);
  return Number.isNaN(ms) || ms <= 0 ? undefined : ms;
}
