import { z } from 'zod';
import { matrixSchema } from './series.ts';

/*
 * Schemas of Prometheus' HTTP API, version 1; durations are in seconds.
 * https://prometheus.io/docs/prometheus/latest/querying/api/
 */

const labels = z.record(z.string(), z.string());
const seconds = z.number().transform((s) => Math.round(s * 1000));
const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

type Envelope<T> =
  | { readonly status: 'success'; readonly data: T }
  | { readonly status: 'error'; readonly error: string };

/** The envelope of every response. A query that cannot be evaluated has status 422 and also uses it. */
export const envelope = <T>(data: z.ZodType<T>): z.ZodType<Envelope<T>> =>
  z.discriminatedUnion('status', [
    z.object({ status: z.literal('success'), data }),
    z.object({ status: z.literal('error'), error: z.string() }),
    // Zod's types cannot express that `data` of a generic T is required.
  ]) as unknown as z.ZodType<Envelope<T>>;

export const buildInfo = z.object({ version: z.string() });

/** `/api/v1/status/config`: the loaded configuration, with secrets masked. */
export const loadedConfig = z.object({ yaml: z.string() });

export const targets = z.object({
  activeTargets: z.array(
    z.object({
      labels,
      scrapePool: z.string(),
      scrapeUrl: z.string(),
      health: z.string(),
      lastError: z.string(),
    }),
  ),
});

const common = {
  name: z.string(),
  query: z.string(),
  labels: labels.default({}),
  health: z.string(),
  lastError: z.string().default(''),
};
const rule = z.discriminatedUnion('type', [
  z
    .object({
      ...common,
      type: z.literal('alerting'),
      state: z.string(),
      duration: seconds,
      keepFiringFor: seconds.optional(),
      keep_firing_for: seconds.optional().describe('its name in vmalert'),
      annotations: labels.default({}),
    })
    .transform(({ keep_firing_for: ofVmalert = 0, keepFiringFor = ofVmalert, ...one }) => ({
      ...one,
      keepFiringFor,
    })),
  z.object({ ...common, type: z.literal('recording') }),
]);

/** `/api/v1/rules`. */
export const ruleGroups = z.object({
  groups: z.array(z.object({ name: z.string(), file: z.string(), interval: seconds, rules: z.array(rule) })),
});

/** `/api/v1/rules` of both types, with the fields for their health. */
export const ruleHealth = z.object({
  groups: z.array(
    z.object({
      name: z.string(),
      file: z.string(),
      rules: z.array(
        z.object({
          type: z.enum(['alerting', 'recording']),
          name: z.string(),
          query: z.string(),
          state: z.string().default(''),
          duration: seconds.default(0),
          labels: labels.default({}),
          health: z.string(),
          lastError: z.string().default(''),
          // Go's zero time: the rule has not been evaluated.
          lastEvaluation: instant.transform((at) => (at > 0 ? at : undefined)),
        }),
      ),
    }),
  ),
});

export const alertsResponse = z.object({
  alerts: z.array(
    z.object({
      labels,
      annotations: labels,
      state: z.string(),
      activeAt: instant,
      value: z.string().optional(),
    }),
  ),
});

const urls = z.array(z.object({ url: z.string() })).transform((all) => all.map(({ url }) => url));
export const alertmanagers = z
  .object({ activeAlertmanagers: urls, droppedAlertmanagers: urls })
  .transform(({ activeAlertmanagers, droppedAlertmanagers }) => ({
    active: activeAlertmanagers,
    dropped: droppedAlertmanagers,
  }));

export const names = z.array(z.string());

export const matrix = z.object({ resultType: z.literal('matrix'), result: matrixSchema });
