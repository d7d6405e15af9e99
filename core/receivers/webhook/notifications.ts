import { z } from 'zod';

const texts = z.record(z.string(), z.string());
const time = z.iso.datetime({ offset: true });
const status = z.enum(['firing', 'resolved']);

const alert = z.object({
  status,
  labels: texts,
  annotations: texts,
  startsAt: time,
  endsAt: time,
  generatorURL: z.string(),
  fingerprint: z.string().regex(/^[0-9a-f]{16}$/, 'expected 16 hexadecimal digits'),
});

const common = {
  groupKey: z.string().min(1),
  truncatedAlerts: z.int().nonnegative(),
  status,
  receiver: z.string().min(1),
  groupLabels: texts,
  commonLabels: texts,
  commonAnnotations: texts,
  externalURL: z.string(),
};

/** https://prometheus.io/docs/alerting/latest/configuration/#webhook_config; unknown properties are allowed. */
export const fromAlertmanager = z.object({
  ...common,
  version: z.literal('4', 'expected "4" (Alertmanager) or "1" (Grafana)'),
  alerts: z.array(alert).min(1),
});

/**
 * The webhook payload of Grafana's unified alerting (github.com/grafana/alerting, receivers/webhook and
 * templates/template_data.go, 2023). `values` is null for an alert without values.
 */
export const fromGrafana = z.object({
  ...common,
  version: z.literal('1'),
  orgId: z.int(),
  title: z.string(),
  state: z.enum(['alerting', 'ok']),
  message: z.string(),
  alerts: z
    .array(
      alert.extend({
        values: z.record(z.string(), z.number()).nullable(),
        silenceURL: z.string(),
        dashboardURL: z.string(),
        panelURL: z.string(),
      }),
    )
    .min(1),
});

export type WebhookNotification = z.infer<typeof fromAlertmanager> | z.infer<typeof fromGrafana>;
