import { z } from 'zod';
import { broken } from '../../core/errors.ts';
import { alertmanagerApi } from './alertmanager.ts';
import { readExposition } from './exposition.ts';
import { type Counter, grafanaFailures } from './failure-counters.ts';
import * as api from './grafana-api.ts';
import { grafanaSession } from './grafana-session.ts';
import { httpReader, type Identity } from './http.ts';

/** A loaded rule of Grafana; durations in milliseconds, times in epoch milliseconds. */
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
  /** Absent: not evaluated yet. */
  readonly lastEvaluationAt?: number;
  readonly alerts: readonly GrafanaAlert[];
}

/** One alert of a rule. Grafana also lists alerts in state Normal. */
export interface GrafanaAlert {
  readonly labels: Record<string, string>;
  /** `Normal`, `Pending`, `Alerting`, `NoData` or `Error`. */
  readonly state: string;
  /** Why it is Normal despite missing data or an error. */
  readonly reason: string;
  /** The tick of the evaluation that caused the state. */
  readonly activeAt?: number;
}

/** A contact point of Grafana's internal Alertmanager. */
export interface GrafanaContactPoint {
  readonly name: string;
  /** Whether the current notification policy uses it. */
  readonly active: boolean;
  readonly integrations: readonly { readonly type: string; readonly lastError: string }[];
}

/** Named time intervals in which routes are muted or active. */
export interface MuteTiming {
  readonly name: string;
  /** In Alertmanager's format. */
  readonly intervals: readonly unknown[];
}

/** A PromQL query of a panel. */
export interface PanelQuery {
  readonly expr: string;
  readonly datasource: { readonly type?: string | undefined; readonly uid: string };
}

export type GrafanaReader = ReturnType<typeof grafanaReader>;

/** A dashboard annotation. */
export interface Annotation {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly toMs?: number;
  readonly text: string;
  readonly tags: readonly string[];
  /** Absent: on every dashboard that shows these tags. */
  readonly dashboardUid?: string;
}

/** What Grafana's API tells of its configuration, each as it gives it; secrets are hidden. */
export interface GrafanaConfiguration {
  /** Groups of alert rules by their folders. */
  readonly rules: unknown;
  readonly contactPoints: unknown;
  readonly policy: unknown;
  readonly muteTimings: unknown;
  readonly templates: unknown;
  readonly dataSources: unknown;
}

/**
 * Reads Grafana's API.
 *
 * @param access the password of the user `admin`, or how the harness identifies itself to a Grafana that it did not start.
 * @param signal aborts every request.
 * @throws FiredrillError `broken` from each method if Grafana does not respond, or responds with an error.
 */
export function grafanaReader(baseUrl: string, access: string | Identity, signal: AbortSignal) {
  const unauthenticated = httpReader('grafana', baseUrl, signal, typeof access === 'string' ? {} : access);
  const http =
    typeof access === 'string'
      ? httpReader('grafana', baseUrl, signal, {
          session: grafanaSession(unauthenticated, 'admin', access),
        })
      : unauthenticated;
  const alertmanager = '/api/alertmanager/grafana';
  return {
    /** Checks readiness. @throws if it is not ready. */
    ready: async (): Promise<void> => void (await unauthenticated.text('/api/health')),
    version: async () => (await unauthenticated.json('/api/health', api.health)).version,
    /** The alert rules. */
    rules: async (): Promise<GrafanaRule[]> => {
      const { data } = await http.json('/api/prometheus/grafana/api/v1/rules', api.ruleGroups);
      return data.groups.flatMap(rulesOf);
    },
    /** The provisioned rules, with their queries. */
    definitions: () => http.json('/api/v1/provisioning/alert-rules', z.array(api.ruleDefinition)),
    dataSources: () => http.json('/api/datasources', api.dataSources),
    configuration: async (): Promise<GrafanaConfiguration> => {
      const provisioning = (kind: string) => http.json(`/api/v1/provisioning/${kind}`, z.unknown());
      return {
        rules: await http.json('/api/ruler/grafana/api/v1/rules', z.unknown()),
        contactPoints: await provisioning('contact-points'),
        policy: await provisioning('policies'),
        muteTimings: await provisioning('mute-timings'),
        // Some versions answer 404 if there is none.
        templates: await http.jsonIfThere('/api/v1/provisioning/templates', z.unknown()),
        dataSources: await http.json('/api/datasources', z.unknown()),
      };
    },
    /** Alerts of its internal Alertmanager, with `groups` for the alert watch. */
    ...alertmanagerApi(http, alertmanager, api.shownLabels),
    contactPoints: async (): Promise<GrafanaContactPoint[]> =>
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
    /** The notification policy, in the format of the provisioning files. */
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
    /**
     * The first query of a panel.
     *
     * @throws FiredrillError `broken` when there is no such dashboard or panel.
     */
    panelQuery: async (dashboard: string, panel: string): Promise<PanelQuery> => {
      const found = await http.json('/api/search', api.foundDashboards, {
        type: 'dash-db',
        query: dashboard,
      });
      const uid = found.find(({ title }) => title === dashboard)?.uid;
      if (uid === undefined) throw broken('grafana', `there is no dashboard "${dashboard}"`);
      const { panels } = (await http.json(`/api/dashboards/uid/${uid}`, api.dashboard)).dashboard;
      const query = panels.find(({ title }) => title === panel)?.targets?.[0];
      if (query === undefined)
        throw broken('grafana', `the dashboard "${dashboard}" has no panel "${panel}" with a query`);
      return query;
    },
    /**
     * The value of a query at a time in epoch milliseconds, as a panel shows it; `undefined` without one.
     * https://grafana.com/docs/grafana/latest/developers/http_api/data_source/#query-a-data-source
     */
    valueAt: async ({ expr, datasource }: PanelQuery, at: number): Promise<number | undefined> => {
      const to = String(Math.round(at));
      const query = { refId: 'A', datasource, expr, instant: true, range: false };
      const answer = JSON.parse(await http.post('/api/ds/query', { queries: [query], from: to, to }));
      return api.queryAnswer.parse(answer).results.A?.frames[0]?.data.values.at(-1)?.[0] ?? undefined;
    },
    /** Its counters of failed rule evaluations and notifications, from its own /metrics. */
    failureCounters: async (): Promise<Counter[]> =>
      grafanaFailures(await readExposition(unauthenticated, 'grafana')),
  };
}

type ApiGroup = z.output<typeof api.ruleGroups>['data']['groups'][number];
function rulesOf({ name: group, file: folder, interval: intervalMs, rules }: ApiGroup): GrafanaRule[] {
  return rules.flatMap(({ duration: forMs, type, lastEvaluation, ...rule }) =>
    type === 'recording'
      ? []
      : [
          {
            ...{ ...rule, folder, group, intervalMs, forMs },
            ...(lastEvaluation ? { lastEvaluationAt: lastEvaluation } : {}),
          },
        ],
  );
}

/** Errors contain the vendors' addresses, whose paths are secret. */
const withoutPaths = (text: string) => text.replace(/(https?:\/\/[^/\s"]+)\/[^\s"]*/g, '$1/…');
