import type { PageStatus } from '../page.ts';

/** What the default subject of Alertmanager or Grafana says. */
export interface Subject {
  readonly status?: PageStatus;
  readonly alertname?: string;
}

const tag = /^\s*\[(FIRING|RESOLVED)(?::\d+)?(?:, RESOLVED:\d+)?\]\s*(.*)$/is;

/**
 * Reads a title as Alertmanager's template `__subject` writes it (template/default.tmpl, v0.28):
 * `[FIRING:2] <group label values> (<other common label values>)`. Values come sorted by label name, but
 * `alertname` always first, so the first word is the alert's name if it is a group label or, with no group
 * labels at all, a common one. Grafana writes `[FIRING:2, RESOLVED:1]` where some alerts of the group have
 * resolved, and has the rule's folder as a group label too.
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
