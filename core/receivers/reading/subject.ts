import type { PageStatus } from '../page.ts';

/** The content of a default subject of Alertmanager or Grafana. */
export interface Subject {
  readonly status?: PageStatus;
  readonly alertname?: string;
}

const tag = /^\s*\[(FIRING|RESOLVED)(?::\d+)?(?:, RESOLVED:\d+)?\]\s*(.*)$/is;

/**
 * Parses the output of Alertmanager's template `__subject` (template/default.tmpl, v0.28): `[FIRING:2] <group label
 * values> (<other common label values>)`. Values are sorted by label name, but `alertname` comes first, so the first
 * word is the alert's name if that is a group label or, without group labels, a common label. Grafana writes
 * `[FIRING:2, RESOLVED:1]` if some alerts of the group have resolved, and groups by the rule's folder too.
 */
export function parseSubject(title: string): Subject {
  const found = tag.exec(title);
  if (!found) return {};
  const [, word = '', rest = ''] = found;
  const alertname = /^\(?\s*([^\s()]+)/.exec(rest)?.[1];
  return {
    status: word.toUpperCase() === 'FIRING' ? 'firing' : 'resolved',
    ...(alertname === undefined ? {} : { alertname }),
  };
}
