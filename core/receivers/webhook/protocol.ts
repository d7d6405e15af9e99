import type { z } from 'zod';
import type { PageContent, TextPart } from '../page.ts';
import {
  asArray,
  asObject,
  asString,
  type Json,
  jsonResponse,
  type Protocol,
  parseObject,
  type ReceiverResponse,
} from '../protocol.ts';
import { distinctLinks, linksIn } from '../reading/links.ts';
import { parseTime } from '../reading/named-values.ts';
import { fromAlertmanager, fromGrafana, type WebhookNotification } from './notifications.ts';

/**
 * A generic webhook on any path for the payloads of Alertmanager (version 4) and Grafana (version 1, by POST or PUT):
 * 200 for a valid payload, else 400 with every problem.
 */
export const openWebhook = (): Protocol => ({
  limitBytes: 16 * 1024 * 1024,
  answer({ method, body, tooLarge }) {
    if (method !== 'POST' && method !== 'PUT') return reply(405, ['only POST and PUT are accepted']);
    if (tooLarge) return reply(413, ['body is larger than 16 MiB']);
    const sent = parseObject(body);
    const read = (sent?.version === '1' ? fromGrafana : fromAlertmanager).safeParse(sent);
    return read.success ? reply(200, []) : reply(400, read.error.issues.map(faultOf));
  },
  // A request that was answered 200 is a valid payload.
  pages: ({ body }, { status: code }) =>
    code === 200 ? pagesOf(JSON.parse(body) as WebhookNotification) : [],
  texts({ body }) {
    const sent = parseObject(body);
    return sent && textsIn(sent);
  },
  destination: ({ path, body }) => ({ address: [path], detail: asString(parseObject(body)?.receiver) }),
  tooMany: () => reply(429, ['too many requests']),
});

/** The annotations of each alert, and Grafana's title and message. */
const textsIn = (sent: Json): TextPart[] => [
  ...['title', 'message'].flatMap((field) => textPart(field, sent[field])),
  ...asArray(sent.alerts).flatMap((alert, i) =>
    Object.entries(asObject(asObject(alert)?.annotations) ?? {}).flatMap(([name, value]) =>
      textPart(`alerts[${i}].annotations.${name}`, value),
    ),
  ),
];

const textPart = (field: string, value: unknown): TextPart[] =>
  typeof value === 'string' ? [{ field, text: value }] : [];

const reply = (code: number, errors: readonly string[]): ReceiverResponse =>
  jsonResponse(code, errors.length > 0 ? { status: 'error', errors } : { status: 'ok' });

const faultOf = ({ path, message }: z.core.$ZodIssue) =>
  `${path.length > 0 ? path.join('.') : 'body'}: ${message}`;

type Alert = WebhookNotification['alerts'][number];

const pagesOf = ({ alerts, externalURL }: WebhookNotification): PageContent[] =>
  alerts.map((alert: Alert) => {
    const { status, labels, annotations, fingerprint } = alert;
    const startsAt = parseTime(alert.startsAt);
    return {
      ...{ status, alert: labels.alertname ?? '', labels, annotations, precision: 'exact' },
      ...(startsAt === undefined ? {} : { startsAt }),
      title: annotations.summary ?? labels.alertname ?? '',
      text: annotations.description ?? '',
      links: linksOf(alert, externalURL),
      dedupKey: fingerprint,
    };
  });

const linksOf = (alert: Alert, externalURL: string): string[] =>
  distinctLinks(
    [
      ...Object.values(alert.annotations),
      ...('panelURL' in alert ? [alert.silenceURL, alert.dashboardURL, alert.panelURL] : []),
      alert.generatorURL,
      externalURL,
    ].flatMap(linksIn),
  );
