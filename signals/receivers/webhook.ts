import type { z } from 'zod';
import { distinct, link, linksIn } from './links.ts';
import { parseTime } from './named-values.ts';
import { fromAlertmanager, fromGrafana, type Notification } from './notifications.ts';
import type { TextPart } from './page.ts';
import {
  type Answer,
  asArray,
  asObject,
  asString,
  type PageContent,
  type Protocol,
  parseObject,
} from './protocol.ts';

/**
 * A generic webhook, on any path, for the notifications of Alertmanager (version 4) and Grafana (version 1,
 * which may be set to PUT): 200 when valid, else 400 naming every fault.
 */
export function webhook(): Protocol {
  return {
    kind: 'webhook',
    limitBytes: 16 * 1024 * 1024,
    answer({ method, body, tooLarge }) {
      if (method !== 'POST' && method !== 'PUT') return reply(405, ['only POST and PUT are taken']);
      if (tooLarge) return reply(413, ['body is larger than 16 MiB']);
      const sent = parseObject(body);
      const read = (sent?.version === '1' ? fromGrafana : fromAlertmanager).safeParse(sent);
      return read.success ? reply(200, []) : reply(400, read.error.issues.map(faultOf));
    },
    // What was answered 200 is known to be a notification.
    pages: ({ body }, { status: code }) => (code === 200 ? pagesOf(JSON.parse(body) as Notification) : []),
    texts({ body }) {
      const sent = parseObject(body);
      return sent && textsIn(sent);
    },
    destination: ({ path, body }) => ({ address: [path], detail: asString(parseObject(body)?.receiver) }),
    tooMany: (retryAfterS) => ({
      ...reply(429, ['too many requests']),
      headers: { 'retry-after': String(retryAfterS) },
    }),
    redact: (secretless) => secretless,
  };
}

/** Its annotations, alert by alert, and what Grafana writes besides. */
const textsIn = (sent: Record<string, unknown>): TextPart[] => [
  ...['title', 'message'].flatMap((field) => textPart(field, sent[field])),
  ...asArray(sent.alerts).flatMap((alert, i) =>
    Object.entries(asObject(asObject(alert)?.annotations) ?? {}).flatMap(([name, value]) =>
      textPart(`alerts[${i}].annotations.${name}`, value),
    ),
  ),
];

const textPart = (field: string, value: unknown): TextPart[] =>
  typeof value === 'string' ? [{ field, text: value }] : [];

const reply = (code: number, errors: readonly string[]): Answer => ({
  status: code,
  contentType: 'application/json',
  body: JSON.stringify(errors.length > 0 ? { status: 'error', errors } : { status: 'ok' }),
});

const faultOf = ({ path, message }: z.core.$ZodIssue) =>
  `${path.length > 0 ? path.join('.') : 'body'}: ${message}`;

type Alert = Notification['alerts'][number];

function pagesOf(notification: Notification): PageContent[] {
  return notification.alerts.map((alert: Alert) => {
    const { labels, annotations } = alert;
    const startsAt = parseTime(alert.startsAt);
    const endsAt = parseTime(alert.endsAt);
    return {
      status: alert.status,
      ...(labels.alertname === undefined ? {} : { alertname: labels.alertname }),
      labels,
      annotations,
      precision: 'exact',
      ...(startsAt === undefined ? {} : { startsAt }),
      ...(endsAt === undefined ? {} : { endsAt }),
      title: annotations.summary ?? labels.alertname ?? '',
      text: annotations.description ?? '',
      fields: fieldsOf(notification, alert),
      links: linksOf(notification, alert),
      dedupKey: alert.fingerprint,
      alertCount: 1,
    };
  });
}

function fieldsOf(notification: Notification, alert: Alert): Record<string, string> {
  const values = 'values' in alert ? Object.entries(alert.values ?? {}) : [];
  return {
    groupKey: notification.groupKey,
    ...('orgId' in notification ? { orgId: String(notification.orgId) } : {}),
    ...(values.length > 0 ? { value: values.map(([name, one]) => `${name}=${one}`).join(', ') } : {}),
  };
}

function linksOf({ externalURL }: Notification, alert: Alert) {
  const named = Object.entries({
    ...alert.annotations,
    ...('panelURL' in alert
      ? { Silence: alert.silenceURL, Dashboard: alert.dashboardURL, Panel: alert.panelURL }
      : {}),
  });
  return distinct([
    ...named.flatMap(([name, value]) => linksIn(value).map((one) => (one.text ? one : link(one.url, name)))),
    ...linksIn(alert.generatorURL),
    ...linksIn(externalURL),
  ]);
}
