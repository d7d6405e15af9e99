import type { PageStatus } from './page.ts';

/** One alert of a text list. */
export interface ListedAlert {
  /** From the nearest heading above (`Alerts Firing:`), where there is one. */
  readonly status?: PageStatus;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
  readonly source?: string;
}

const pair = /^\s*- ([a-zA-Z_][a-zA-Z0-9_]*) = (.*)$/;
const heading = /^\W*Alerts (Firing|Resolved):?\W*$/i;

/**
 * Reads the list that Alertmanager's template `__text_alert_list` writes (template/default.tmpl, v0.28), as
 * PagerDuty's default details `firing` and `resolved` carry it:
 *
 *     Labels:
 *      - alertname = CheckoutErrorRateHigh
 *     Annotations:
 *      - summary = text, which may go on
 *     over further lines
 *     Source: http://…
 *
 * A value that itself holds a line of this form cannot be told apart from the list.
 */
export function parseAlertList(text: string): ListedAlert[] {
  const alerts: { -readonly [K in keyof ListedAlert]: ListedAlert[K] }[] = [];
  let status: PageStatus | undefined;
  let into: Record<string, string> | undefined;
  let last: string | undefined;
  for (const line of text.split('\n')) {
    const group = heading.exec(line)?.[1]?.toLowerCase();
    const current = alerts.at(-1);
    if (group === 'firing' || group === 'resolved') {
      status = group;
      into = last = undefined;
    } else if (line.trim() === 'Labels:') {
      alerts.push({ ...(status && { status }), labels: {}, annotations: {} });
      into = alerts.at(-1)?.labels;
      last = undefined;
    } else if (line.trim() === 'Annotations:' && current) {
      into = current.annotations;
      last = undefined;
    } else if (line.startsWith('Source: ') && current) {
      current.source = line.slice('Source: '.length).trim();
      into = last = undefined;
    } else if (into) {
      const [, name, value] = pair.exec(line) ?? [];
      if (name !== undefined) {
        into[name] = value ?? '';
        last = name;
      } else if (last !== undefined) {
        into[last] += `\n${line}`;
      }
    }
  }
  return alerts;
}
