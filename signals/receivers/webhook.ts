import { z } from 'zod';
import { distinct, link, linksIn } from './links.ts';
import { parseTime } from './named-values.ts';
import { type Answer, type PageContent, type Protocol, parseObject } from './protocol.ts';

const texts = z.record(z.string(), z.string());
const time = z.iso.datetime({ offset: true });
const status = z.enum(['firing', 'resolved']);

/** https://prometheus.io/docs/alerting/latest/configuration/#webhook_config; members we do not know are let through. */
const notification = z.object({
  version: z.literal('4'),
  groupKey: z.string().min(1),
  truncatedAlerts: z.int().nonnegative(),
  status,
  receiver: z.string().min(1),
  groupLabels: texts,
  commonLabels: texts,
  commonAnnotations: texts,
  externalURL: z.string(),
  alerts: z
    .array(
      z.object({
        status,
        labels: texts,
        annotations: texts,
        startsAt: time,
        endsAt: time,
        generatorURL: z.string(),
        fingerprint: z.string().regex(/^[0-9a-f]{16}$/, 'expected 16 hexadecimal digits'),
      }),
    )
    .min(1),
});

type Notification = z.infer<typeof notification>;

/** A generic webhook for Alertmanager's notifications, version 4, on any path: 200 when valid, else 400 naming every fault. */
export function webhook(): Protocol {
  return {
    kind: 'webhook',
    limitBytes: 16 * 1024 * 1024,
    answer({ method, body, tooLarge }) {
      if (method !== 'POST') return reply(405, ['only POST is taken']);
      if (tooLarge) return reply(413, ['body is larger than 16 MiB']);
      const read = notification.safeParse(parseObject(body));
      return read.success ? reply(200, []) : reply(400, read.error.issues.map(faultOf));
    },
    // What was answered 200 is known to be a notification.
    pages: ({ body }, { status: code }) => (code === 200 ? pagesOf(JSON.parse(body) as Notification) : []),
    tooMany: (retryAfterS) => ({
      ...reply(429, ['too many requests']),
      headers: { 'retry-after': String(retryAfterS) },
    }),
    redact: (secretless) => secretless,
  };
}

const reply = (code: number, errors: readonly string[]): Answer => ({
  status: code,
  contentType: 'application/json',
  body: JSON.stringify(errors.length > 0 ? { status: 'error', errors } : { status: 'ok' }),
});

const faultOf = ({ path, message }: z.core.$ZodIssue) =>
  `${path.length > 0 ? path.join('.') : 'body'}: ${message}`;

function pagesOf({ alerts, groupKey, externalURL }: Notification): PageContent[] {
  return alerts.map((alert) => {
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
      fields: { groupKey },
      links: distinct([
        ...Object.entries(annotations).flatMap(([name, value]) =>
          linksIn(value).map((one) => (one.text ? one : link(one.url, name))),
        ),
        ...linksIn(alert.generatorURL),
        ...linksIn(externalURL),
      ]),
      dedupKey: alert.fingerprint,
      alertCount: 1,
    };
  });
}
