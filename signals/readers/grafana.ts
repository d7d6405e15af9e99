import { z } from 'zod';
import { alertmanagerApi } from './alertmanager.ts';
import { expositionAccept, parseExposition } from './exposition.ts';
import * as api from './grafana-api.ts';
import { grafanaSession } from './grafana-session.ts';
import { httpReader } from './http.ts';
import { type Counter, grafanaTrouble } from './own-counters.ts';

/** A rule that Grafana manages, as it is loaded; lengths in milliseconds, times in epoch milliseconds. */
export interface GrafanaRule {
  readonly name: string;
  readonly folder: string;
  readonly group: string;
  readonly intervalMs: number;
  readonly forMs: number;
  readonly query: string;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
  /** `ok`, `nodata` or `error`. */
  readonly health: string;
  readonly lastError: string;
  /** Absent: it has not been evaluated yet. */
  readonly lastEvaluationAt?: number;
  readonly alerts: readonly GrafanaAlert[];
}

/** One alert of a rule: Grafana keeps those that are normal as well. */
export interface GrafanaAlert {
  readonly labels: Record<string, string>;
  /** `Normal`, `Pending`, `Alerting`, `NoData` or `Error`. */
  readonly state: string;
  /** Why it is normal though there was no data, or an error. */
  readonly reason: string;
  /** The tick of the evaluation that brought it into this state. */
  readonly activeAt?: number;
}

/** A contact point of the Alertmanager that runs inside Grafana. */
export interface ContactPoint {
  readonly name: string;
  /** Whether the policy in force sends anything to it. */
  readonly active: boolean;
  readonly integrations: readonly { readonly type: string; readonly lastError: string }[];
}

/** Named times at which routes may be muted, or active alone. */
export interface MuteTiming {
  readonly name: string;
  /** In Alertmanager's form. */
  readonly intervals: readonly unknown[];
}

export type GrafanaReader = ReturnType<typeof grafanaReader>;

/** A mark on dashboards. */
export interface Annotation {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly toMs?: number;
  readonly text: string;
  readonly tags: readonly string[];
  /** Absent: on every dashboard that shows these tags. */
  readonly dashboardUid?: string;
}

/**
 * Reads a Grafana, as its administrator.
 *
 * @param signal ends every request.
 * @throws FiredrillError `broken` from each method when Grafana does not answer, or refuses.
 */
export function grafanaReader(baseUrl: string, password: string, signal: AbortSignal) {
  const anyone = httpReader('grafana', baseUrl, signal);
  const http = httpReader('grafana', baseUrl, signal, { session: grafanaSession(anyone, 'admin', password) });
  const alertmanager = '/api/alertmanager/grafana';
  return {
    /** Returns once it is ready. @throws while it is not. */
    ready: async (): Promise<void> => void (await anyone.text('/api/health')),
    version: async () => (await anyone.json('/api/health', api.health)).version,
    rules: async (): Promise<GrafanaRule[]> => {
      const { data } = await http.json('/api/prometheus/grafana/api/v1/rules', api.ruleGroups);
      return data.groups.flatMap(rulesOf);
    },
    /** The rules as they were provisioned, with their queries. */
    definitions: () => http.json('/api/v1/provisioning/alert-rules', z.array(api.ruleDefinition)),
    dataSources: () => http.json('/api/datasources', api.dataSources),
    /** What its own Alertmanager holds; with `groups`, what a watch of alerts asks for. */
    ...alertmanagerApi(http, alertmanager, api.shownLabels),
    contactPoints: async (): Promise<ContactPoint[]> =>
      (await http.json(`${alertmanager}/config/api/v1/receivers`, api.receivers)).map(
        ({ name, active, integrations }) => ({
          name,
          active,
          integrations: (integrations ?? []).map(({ name: type, lastNotifyAttemptError }) => ({
            type,
            lastError: withoutPaths(lastNotifyAttemptError),
          })),
        }),
      ),
    /** The notification policy, in the form of the provisioning files. */
    policy: (): Promise<unknown> => http.json('/api/v1/provisioning/policies', z.unknown()),
    muteTimings: async (): Promise<MuteTiming[]> =>
      (await http.json('/api/v1/provisioning/mute-timings', api.muteTimings)).map(
        ({ name, time_intervals }) => ({ name, intervals: time_intervals ?? [] }),
      ),
    annotate: async ({ at, toMs, text, tags, dashboardUid }: Annotation): Promise<void> => {
      await http.post('/api/annotations', {
        time: Math.round(at),
        ...(toMs === undefined ? {} : { timeEnd: Math.round(toMs) }),
        ...(dashboardUid === undefined ? {} : { dashboardUID: dashboardUid }),
        text,
        tags,
      });
    },
    /** Its counters of rules that failed and notifications that did not arrive, off its own /metrics. */
    trouble: async (): Promise<Counter[]> =>
      grafanaTrouble(parseExposition(await anyone.text('/metrics', {}, expositionAccept), 'grafana')),
  };
}

type ApiGroup = z.output<typeof api.ruleGroups>['data']['groups'][number];
function rulesOf({ name: group, file: folder, interval: intervalMs, rules }: ApiGroup): GrafanaRule[] {
  return rules.map(({ duration: forMs, state: _, lastEvaluation, ...rule }) => ({
    ...rule,
    folder,
    group,
    intervalMs,
    forMs,
    ...(lastEvaluation ? { lastEvaluationAt: lastEvaluation } : {}),
  }));
}

/** Vendors' addresses carry the secret in their path, and an error repeats them. */
const withoutPaths = (text: string) => text.replace(/(https?:\/\/[^/\s"]+)\/[^\s"]*/g, '$1/…');
