import { z } from 'zod';

/*
 * Schemas of Grafana's HTTP API: rules in the format of Prometheus' API, the internal Alertmanager, and provisioning
 * (https://grafana.com/docs/grafana/latest/developers/http_api/alerting_provisioning/).
 */

const labels = z.record(z.string(), z.string());
const seconds = z.number().transform((s) => Math.round(s * 1000));
/** Grafana uses Go's zero time for a time that is not set. */
const instant = z.iso.datetime({ offset: true }).transform((text) => {
  const at = Date.parse(text);
  return at > 0 ? at : undefined;
});

/** Labels named `__…__` are internal to Grafana. */
export const shownLabels = (all: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(all).filter(([name]) => !/^__.*__$/.test(name)));

const ruleAlert = z
  .object({ labels, state: z.string(), activeAt: instant.nullish() })
  // `Normal (NoData)`: a state and its reason.
  .transform(({ labels: all, state, activeAt }) => ({
    labels: shownLabels(all),
    state: state.split(' (')[0] ?? state,
    reason: / \((.*)\)$/.exec(state)?.[1] ?? '',
    ...(activeAt ? { activeAt } : {}),
  }));

const rule = z.object({
  name: z.string(),
  /** `recording` rules, of newer versions, have no state and no alerts. */
  type: z.string().default('alerting'),
  query: z.string(),
  duration: seconds.default(0),
  labels: labels.default({}),
  annotations: labels.default({}),
  health: z.string(),
  lastError: z.string().default(''),
  lastEvaluation: instant,
  alerts: z.array(ruleAlert).default([]),
});

/** `/api/prometheus/grafana/api/v1/rules`; `file` is the folder's title. */
export const ruleGroups = z.object({
  data: z.object({
    groups: z.array(
      z.object({ name: z.string(), file: z.string(), interval: seconds, rules: z.array(rule) }),
    ),
  }),
});

const query = z.object({
  refId: z.string(),
  datasourceUid: z.string(),
  queryType: z.string().optional(),
  relativeTimeRange: z.object({ from: z.number().optional(), to: z.number().optional() }).optional(),
  model: z.record(z.string(), z.unknown()),
});

/** A rule's definition in the provisioning API and, except for some key names, in the files. */
export const ruleDefinition = z.object({
  uid: z.string(),
  title: z.string(),
  ruleGroup: z.string(),
  condition: z.string(),
  data: z.array(query),
  labels: labels.nullish(),
  annotations: labels.nullish(),
  noDataState: z.string().optional(),
  execErrState: z.string().optional(),
  // Absent before 9.4, which has no paused rules.
  isPaused: z.boolean().default(false),
});

/** `/api/alertmanager/grafana/config/api/v1/receivers`: the receivers of the running Alertmanager. */
export const receivers = z.array(
  z.object({
    name: z.string(),
    active: z.boolean(),
    integrations: z
      .array(z.object({ name: z.string(), lastNotifyAttemptError: z.string().default('') }))
      .nullish(),
  }),
);

/** `/api/v1/provisioning/mute-timings`, with intervals in Alertmanager's format. */
export const muteTimings = z.array(
  z.object({ name: z.string(), time_intervals: z.array(z.record(z.string(), z.unknown())).nullish() }),
);

export const dataSources = z.array(z.object({ uid: z.string(), type: z.string(), name: z.string() }));

export const health = z.object({ version: z.string().default('') });

/** `/api/search` */
export const foundDashboards = z.array(z.object({ uid: z.string(), title: z.string() }));

/** `/api/dashboards/uid/…` */
export const dashboard = z.object({
  dashboard: z.object({
    panels: z.array(
      z.object({
        title: z.string().default(''),
        targets: z
          .array(
            z.object({
              expr: z.string(),
              datasource: z.object({ type: z.string().optional(), uid: z.string() }),
            }),
          )
          .optional()
          .catch(undefined),
      }),
    ),
  }),
});

/** `/api/ds/query` with one query, `A`. */
export const queryAnswer = z.object({
  results: z.object({
    A: z
      .object({
        frames: z.array(z.object({ data: z.object({ values: z.array(z.array(z.number().nullable())) }) })),
      })
      .optional(),
  }),
});
