import type { PageContent, PageStatus, TextPart } from '../page.ts';
import { asArray, asObject, asString, type Json, textsBelow } from '../protocol.ts';
import { parseAlertList } from '../reading/alert-list.ts';
import { distinctLinks, linksIn } from '../reading/links.ts';
import { type AlertFields, classifyValues, type NamedValue } from '../reading/named-values.ts';
import { parseSubject } from '../reading/subject.ts';

/**
 * The pages in a PagerDuty event; an acknowledgement has none. Alertmanager's default details `firing` and `resolved`
 * list each alert with its labels and annotations. Each listed alert is one page, with the status of its list: an alert
 * that resolved while its group still fires is listed under `resolved` of a `trigger`. Without those lists, details
 * that look like labels are read as the labels of one page.
 */
export function pagerdutyPages(event: Json): PageContent[] {
  const action = event.event_action;
  if (action !== 'trigger' && action !== 'resolve') return [];
  const payload = asObject(event.payload) ?? {};
  const summary = asString(payload.summary);
  const subject = parseSubject(summary);
  const status: PageStatus = action === 'trigger' ? 'firing' : 'resolved';
  const details = Object.entries(asObject(payload.custom_details) ?? {}).map(asNamed);
  const dedupKey = asString(event.dedup_key);
  const severity = asString(payload.severity);
  return alertsIn(details).map((alert) => {
    const rendered = Object.keys(alert.labels).length > 0;
    const labels =
      subject.alertname === undefined ? alert.labels : { alertname: subject.alertname, ...alert.labels };
    return {
      status,
      ...alert,
      alert: labels.alertname ?? '',
      labels,
      precision: rendered ? 'rendered' : 'title',
      title: summary,
      text: details.map(({ name, value }) => `${name}: ${value}`).join('\n'),
      links: linksOf(event, details),
      ...(dedupKey && { dedupKey }),
      ...(severity && { severity }),
    };
  });
}

/** The displayed texts of a PagerDuty event. Empty lists among the default details are left out. */
export function pagerdutyTexts(event: Json): TextPart[] {
  const payload = asObject(event.payload);
  if (!payload) return [];
  const part = (field: string, value: unknown): TextPart[] =>
    value === undefined || value === null ? [] : [{ field, text: asNamed([field, value]).value }];
  const details = asObject(payload.custom_details);
  const isOwn = (name: string, value: unknown) =>
    value !== '' || !(listNames as readonly string[]).includes(name);
  return [
    ...part('payload.summary', payload.summary),
    ...part('payload.source', payload.source),
    ...(details
      ? Object.entries(details)
          .filter(([name, value]) => isOwn(name, value))
          .flatMap(([name, value]) => part(`payload.custom_details.${name}`, value))
      : part('payload.custom_details', payload.custom_details)),
    ...asArray(event.links).flatMap((one, i) => part(`links[${i}].text`, asObject(one)?.text)),
  ];
}

/** The visible texts of an event, without time and severity. */
export const pagerdutyVisible = ({ payload, links }: Json): string[] => {
  const { timestamp: _, severity: __, ...shown } = asObject(payload) ?? {};
  return [...textsBelow(shown), ...asArray(links).map((link) => asString(asObject(link)?.text))];
};

const listNames = ['firing', 'resolved'] as const;
const countNames = ['num_firing', 'num_resolved'];

function alertsIn(details: readonly NamedValue[]): AlertFields[] {
  const others = details.filter(({ name }) => ![...listNames, ...countNames].includes(name));
  const listed = listNames.flatMap((status) =>
    parseAlertList(details.find(({ name }) => name === status)?.value ?? '').map(
      ({ labels, annotations }) => ({ status, labels, annotations }),
    ),
  );
  // With the lists present, other details are free text and not labels.
  return listed.length > 0 ? listed : [classifyValues(others)];
}

function linksOf(event: Json, details: readonly NamedValue[]) {
  const clientUrl = asString(event.client_url);
  return distinctLinks([
    ...asArray(event.links)
      .map((one) => asString(asObject(one)?.href))
      .filter(Boolean),
    ...details.flatMap(({ value }) => linksIn(value)),
    ...(clientUrl ? [clientUrl] : []),
  ]);
}

const asNamed = ([name, value]: [string, unknown]): NamedValue => ({
  name,
  value: typeof value === 'string' ? value : JSON.stringify(value),
});
