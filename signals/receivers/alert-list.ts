import { distinct, link, linksIn } from './links.ts';
import type { Link, PageStatus } from './page.ts';

/** One alert of a text list. */
export interface ListedAlert {
  /** From the nearest heading above (`Alerts Firing:`), where there is one. */
  readonly status?: PageStatus;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
  readonly source?: string;
  /** Grafana's alone: what the rule's expressions came to, and further links. */
  readonly value?: string;
  readonly silence?: string;
  readonly dashboard?: string;
  readonly panel?: string;
}

type Building = { -readonly [K in keyof ListedAlert]: ListedAlert[K] };

const pair = /^\s*- ([a-zA-Z_][a-zA-Z0-9_]*) = (.*)$/;
const heading = /^\W*(?:Alerts )?(Firing|Resolved):?\W*$/i;
const trailer = /^(Source|Silence|Dashboard|Panel): (.*)$/;
const trailers = { Source: 'source', Silence: 'silence', Dashboard: 'dashboard', Panel: 'panel' } as const;

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
  const alerts: Building[] = [];
  let status: PageStatus | undefined;
  let value: string | undefined;
  let into: Record<string, string> | undefined;
  let last: string | undefined;
  const lines = text.split('\n');
  for (const [i, line] of lines.entries()) {
    const current = alerts.at(-1);
    const group = heading.exec(line)?.[1]?.toLowerCase();
    const starts = line.trim() === 'Labels:';
    const [, trailing, address = ''] = trailer.exec(line) ?? [];
    const announces = line.startsWith('Value: ') && lines[i + 1]?.trim() === 'Labels:';
    if (announces || group || starts) {
      // What follows a value up to here was only the space between two alerts.
      if (into && last !== undefined) into[last] = into[last]?.replace(/\n+$/, '') ?? '';
      into = last = undefined;
    }
    if (announces) value = line.slice('Value: '.length);
    else if (group === 'firing' || group === 'resolved') status = group;
    else if (starts) {
      const next: Building = {
        ...(status && { status }),
        ...(value && { value }),
        labels: {},
        annotations: {},
      };
      alerts.push(next);
      into = next.labels;
      value = undefined;
    } else if (line.trim() === 'Annotations:' && current) {
      into = current.annotations;
      last = undefined;
    } else if (trailing && current) {
      current[trailers[trailing as keyof typeof trailers]] = address.trim();
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

/** The links in a listed alert's annotations and after them, each by the name it has there. */
export function listedLinks(alert: ListedAlert): Link[] {
  const { annotations, source = '', silence = '', dashboard = '', panel = '' } = alert;
  const named = { ...annotations, Source: source, Silence: silence, Dashboard: dashboard, Panel: panel };
  return distinct(
    Object.entries(named).flatMap(([name, value]) =>
      linksIn(value).map((one) => (one.text ? one : link(one.url, name))),
    ),
  );
}
