import type { PageStatus } from '../page.ts';
import { slackLinkAddress } from './links.ts';

/** A name and value shown in a message. */
export interface NamedValue {
  readonly name: string;
  readonly value: string;
}

/** Named values, classified. */
export interface AlertFields {
  readonly status?: PageStatus;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
  readonly startsAt?: number;
}

const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * Messages do not distinguish labels from annotations. These names are annotations by convention, all others labels.
 */
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
 * Classifies named values as labels, annotations, or the alert's start and status. Names that are not valid label names
 * are ignored, and so are empty values: Alertmanager has no empty labels.
 */
export function classifyValues(values: readonly NamedValue[]): AlertFields {
  const sorted = { labels: {}, annotations: {} } as {
    -readonly [K in keyof AlertFields]: AlertFields[K];
  };
  for (const { name, value: raw } of values) {
    const value = slackLinkAddress(raw);
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
 * Parses RFC 3339, and the format in which Go templates print a time (`2026-11-21 07:44:19.123 +0000 UTC`).
 *
 * @returns epoch milliseconds; `undefined` for other text and for Go's zero time (an alert that has not ended).
 */
export function parseTime(text: string): number | undefined {
  const go = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) ([+-]\d\d)(\d\d) \S+/.exec(text);
  const iso = go ? `${go[1]}T${go[2]}${go[3]}:${go[4]}` : text;
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(iso)) return undefined;
  const ms = Date.parse(iso);
  return Number.isNaN(ms) || ms <= 0 ? undefined : ms;
}
