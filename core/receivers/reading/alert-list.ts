import type { PageStatus } from '../page.ts';
import { distinct, linksIn } from './links.ts';

/** One alert of a text list. */
export interface ListedAlert {
  /** From the nearest heading above (`Alerts Firing:`), where there is one. */
  readonly status?: PageStatus;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
  /** What is written after the annotations: `Source`, and Grafana's further links. */
  readonly after: string[];
}

const pair = /^\s*- ([a-zA-Z_][a-zA-Z0-9_]*) = (.*)$/;
const heading = /^\W*(?:Alerts )?(Firing|Resolved):?\W*$/i;
const trailer = /^(?:Source|Silence|Dashboard|Panel): (.*)$/;

/**
 * Reads the list that the template `__text_alert_list` writes: Alertmanager's (template/default.tmpl, v0.28), as
 * PagerDuty's default details `firing` and `resolved` carry it, and Grafana's (github.com/grafana/alerting,
 * templates/default_template.go, 2023), as its default message has it. Only Grafana writes `Value` and what
 * comes after `Source`:
 *
 *     **Firing**
 *
 *     Value: B=22
 *     Labels:
 *      - alertname = CheckoutErrorRateHigh
 *     Annotations:
 *      - summary = text, which may go on
 *     over further lines
 *     Source: http://…
 *     Silence: http://…
 *
 * A value that itself holds a line of this form cannot be told apart from the list.
 */
export function parseAlertList(text: string): ListedAlert[] {
  const alerts: ListedAlert[] = [];
  let status: PageStatus | undefined;
  let into: Record<string, string> | undefined;
  let last: string | undefined;
  const lines = text.split('\n');
  for (const [i, line] of lines.entries()) {
    const current = alerts.at(-1);
    const group = heading.exec(line)?.[1]?.toLowerCase();
    const starts = line.trim() === 'Labels:';
    const address = trailer.exec(line)?.[1];
    const announces = line.startsWith('Value: ') && lines[i + 1]?.trim() === 'Labels:';
    if (announces || group || starts) {
      // What follows a value up to here was only the space between two alerts.
      if (into && last !== undefined) into[last] = into[last]?.replace(/\n+$/, '') ?? '';
      into = last = undefined;
    }
    if (announces) continue;
    if (group === 'firing' || group === 'resolved') status = group;
    else if (starts) {
      const next: ListedAlert = { ...(status && { status }), labels: {}, annotations: {}, after: [] };
      alerts.push(next);
      into = next.labels;
    } else if (line.trim() === 'Annotations:' && current) {
      into = current.annotations;
      last = undefined;
    } else if (address !== undefined && current) {
      current.after.push(address);
      into = last = undefined;
    } else if (into) {
      const [, name, shown] = pair.exec(line) ?? [];
      if (name !== undefined) {
        into[name] = shown ?? '';
        last = name;
      } else if (last !== undefined) into[last] += `\n${line}`;
    }
  }
  if (into && last !== undefined) into[last] = into[last]?.replace(/\n+$/, '') ?? '';
  return alerts;
}

/** The links in a listed alert's annotations and after them. */
export const listedLinks = ({ annotations, after }: ListedAlert): string[] =>
  distinct([...Object.values(annotations), ...after].flatMap(linksIn));
