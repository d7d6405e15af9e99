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
  const { action, summary, details: given, dedupKey, severity } = partsOf(event);
  if (action !== 'trigger' && action !== 'resolve') return [];
  const subject = parseSubject(asString(summary.value));
  const status: PageStatus = action === 'trigger' ? 'firing' : 'resolved';
  const details = Object.entries(asObject(given.value) ?? {}).map(asNamed);
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
      title: asString(summary.value),
      text: details.map(({ name, value }) => `${name}: ${value}`).join('\n'),
      links: linksOf(event, details),
      ...(dedupKey && { dedupKey }),
      ...(severity && { severity }),
    };
  });
}

/** The displayed texts of a PagerDuty event. Empty lists among the default details are left out. */
export function pagerdutyTexts(event: Json): TextPart[] {
  if (!isV1(event) && !asObject(event.payload)) return [];
  const { summary, source, details: given } = partsOf(event);
  const part = (field: string, value: unknown): TextPart[] =>
    value === undefined || value === null ? [] : [{ field, text: asNamed([field, value]).value }];
  const details = asObject(given.value);
  const isOwn = (name: string, value: unknown) =>
    value !== '' || !(listNames as readonly string[]).includes(name);
  return [
    ...part(summary.field, summary.value),
    ...part('payload.source', source),
    ...(details
      ? Object.entries(details)
          .filter(([name, value]) => isOwn(name, value))
          .flatMap(([name, value]) => part(`${given.field}.${name}`, value))
      : part(given.field, given.value)),
    ...asArray(event.links).flatMap((one, i) => part(`links[${i}].text`, asObject(one)?.text)),
  ];
}

/** The visible texts of an event, without time and severity. */
export const pagerdutyVisible = (event: Json): string[] => {
  if (isV1(event)) return textsBelow([event.description, event.details]);
  const { timestamp: _, severity: __, ...shown } = asObject(event.payload) ?? {};
  return [...textsBelow(shown), ...asArray(event.links).map((link) => asString(asObject(link)?.text))];
};

/** Alertmanager sends the keys of both versions, those of the other one empty. */
const isV1 = ({ event_type: type }: Json): boolean => asString(type) !== '';

/** The parts of an event that both versions of the API have, with the paths of those that are displayed. */
function partsOf(event: Json) {
  if (isV1(event)) {
    return {
      action: event.event_type,
      dedupKey: asString(event.incident_key),
      summary: { field: 'description', value: event.description },
      details: { field: 'details', value: event.details },
      severity: '',
      source: undefined,
    };
  }
  const payload = asObject(event.payload) ?? {};
  return {
    action: event.event_action,
    dedupKey: asString(event.dedup_key),
    summary: { field: 'payload.summary', value: payload.summary },
    details: { field: 'payload.custom_details', value: payload.custom_details },
    severity: asString(payload.severity),
    source: payload.source,
  };
}

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
