import type { PageStatus } from '../page.ts';
import { distinctLinks, linksIn } from './links.ts';

/** One alert of a text list. */
export interface ListedAlert {
  /** From the nearest heading above (`Alerts Firing:`), where there is one. */
  readonly status?: PageStatus;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
  /** Links after the annotations: `Source`, and Grafana's further links. */
  readonly after: string[];
}

const pair = /^\s*- ([a-zA-Z_][a-zA-Z0-9_]*) = (.*)$/;
const heading = /^\W*(?:Alerts )?(Firing|Resolved):?\W*$/i;
const trailer = /^(?:Source|Silence|Dashboard|Panel): (.*)$/;

/**
 * Parses the output of the template `__text_alert_list`: Alertmanager's (template/default.tmpl, v0.28), as in
 * PagerDuty's default details `firing` and `resolved`, and Grafana's (github.com/grafana/alerting,
 * templates/default_template.go, 2023), as in its default message. Only Grafana's has `Value` and the lines after
 * `Source`:
 *
 *     **Firing**
 *
 *     Value: B=22
 *     Labels:
 *      - alertname = HighErrorRate
 *     Annotations:
 *      - summary = text, which may go on
 *     over further lines
 *     Source: http://…
 *     Silence: http://…
 *
 * A value that itself contains such a line cannot be distinguished from the list.
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
    const annotates = line.trim() === 'Annotations:';
    if (announces || group || starts || annotates || address !== undefined) {
      // Line breaks after the last value only separate it from what follows, as in the lists for Teams.
      if (into && last !== undefined) into[last] = into[last]?.replace(/\n+$/, '') ?? '';
      into = last = undefined;
    }
    if (announces) continue;
    if (group === 'firing' || group === 'resolved') status = group;
    else if (starts) {
      const next: ListedAlert = { ...(status && { status }), labels: {}, annotations: {}, after: [] };
      alerts.push(next);
      into = next.labels;
    } else if (annotates) into = current?.annotations;
    else if (address !== undefined) current?.after.push(address);
    else if (into) {
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
  distinctLinks([...Object.values(annotations), ...after].flatMap(linksIn));
