import { z } from 'zod';

/*
 * The forms of Grafana's HTTP API, as far as they are read here: its rules in the form of Prometheus' API, its own
 * Alertmanager's, and what was provisioned (https://grafana.com/docs/grafana/latest/developers/http_api/alerting_provisioning/).
 */

const labels = z.record(z.string(), z.string());
const seconds = z.number().transform((s) => Math.round(s * 1000));
/** Grafana writes Go's zero time for what has not been. */
const instant = z.iso.datetime({ offset: true }).transform((text) => {
  const at = Date.parse(text);
  return at > 0 ? at : undefined;
});

/** Labels that Grafana keeps for itself are named `__…__`. */
export const shownLabels = (all: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(all).filter(([name]) => !/^__.*__$/.test(name)));

const ruleAlert = z
  .object({ labels, state: z.string(), activeAt: instant.nullish() })
  // `Normal (NoData)`: a state, and what made it so.
  .transform(({ labels: all, state, activeAt }) => ({
    labels: shownLabels(all),
    state: state.split(' (')[0] ?? state,
    reason: / \((.*)\)$/.exec(state)?.[1] ?? '',
    ...(activeAt ? { activeAt } : {}),
  }));

const rule = z.object({
  name: z.string(),
  state: z.string(),
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

/** A rule as it is written: in the provisioning API and, but for the names of some keys, in the files. */
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
  // Absent before 9.4, which cannot pause a rule.
  isPaused: z.boolean().default(false),
});

/** `/api/alertmanager/grafana/config/api/v1/receivers`: those of the Alertmanager that runs. */
export const receivers = z.array(
  z.object({
    name: z.string(),
    active: z.boolean(),
    integrations: z
      .array(z.object({ name: z.string(), lastNotifyAttemptError: z.string().default('') }))
      .nullish(),
  }),
);

/** `/api/v1/provisioning/mute-timings`; their intervals in Alertmanager's form. */
export const muteTimings = z.array(
  z.object({ name: z.string(), time_intervals: z.array(z.record(z.string(), z.unknown())).nullish() }),
);

export const dataSources = z.array(z.object({ uid: z.string(), type: z.string(), name: z.string() }));

export const health = z.object({ version: z.string().default('') });
