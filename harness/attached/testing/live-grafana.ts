/*
 * The Grafana of a staging that a test starts: a rule on the staging's Prometheus, and a contact point whose pages reach
 * somebody already.
 */
import type { Scope } from '../../../core/scope.ts';
import { grafanaProgram } from '../../../signals/readers/testing/back-ends.ts';
import { serve } from '../../../signals/readers/testing/components.ts';
import { startGrafana, type TestGrafana } from '../../../signals/receivers/testing/grafana.ts';
import type { LiveStaging } from './live-staging.ts';

export interface LiveGrafana extends TestGrafana {
  /** The requests of the contact point `team` to those whom it reaches without firedrill. */
  readonly reached: readonly string[];
  /** Of a service account with the role Admin. */
  readonly token: string;
}

export interface GrafanaOptions {
  /** Whether the policy leads the alert to the contact point `team`; default: yes. */
  readonly routed?: boolean;
}

const folder = 'shop';

export async function startStagingGrafana(
  scope: Scope,
  { prometheusUrl, service }: LiveStaging,
  { routed = true }: GrafanaOptions,
  signal: AbortSignal,
): Promise<LiveGrafana> {
  const reached: string[] = [];
  const sink = await serve(scope, ({ url = '' }, response) => {
    reached.push(url);
    response.end('ok');
  });
  const point = (name: string) => ({
    ...{ orgId: 1, name },
    receivers: [{ uid: `${name}-hook`, type: 'webhook', settings: { url: `http://${sink}/${name}` } }],
  });
  const policy = { group_by: ['alertname'], group_wait: '1s', group_interval: '2s' };
  const routes = routed ? [{ receiver: 'team', object_matchers: [['team', '=', 'shop']] }] : [];
  const alerting = {
    apiVersion: 1,
    contactPoints: [point('all'), point('team')],
    policies: [{ orgId: 1, receiver: 'all', ...policy, routes }],
  };
  const grafana = await startGrafana({ ...(await grafanaProgram(signal)), alerting, env: {} }, scope);
  const make = async (path: string, body: object, method = 'POST'): Promise<Record<string, unknown>> => {
    const answer = await grafana.api(method, path, body);
    if (answer.status > 299) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return Object(answer.body);
  };
  await make('/api/datasources', {
    ...{ name: 'Metrics', uid: 'metrics', type: 'prometheus', access: 'proxy' },
    url: prometheusUrl,
  });
  await make('/api/folders', { uid: folder, title: folder });
  const relativeTimeRange = { from: 60, to: 0 };
  const rule = {
    ...{ uid: 'down', orgID: 1, folderUID: folder, ruleGroup: 'all', title: 'Shop Down', condition: 'B' },
    ...{ for: '0s', noDataState: 'OK', execErrState: 'OK' },
    data: [
      {
        ...{ refId: 'A', datasourceUid: 'metrics', relativeTimeRange },
        model: { refId: 'A', expr: 'shop_broken', instant: true },
      },
      {
        ...{ refId: 'B', datasourceUid: '__expr__', relativeTimeRange },
        model: {
          ...{ refId: 'B', type: 'threshold', expression: 'A' },
          conditions: [{ evaluator: { type: 'gt', params: [0] } }],
        },
      },
    ],
    labels: { severity: 'page', team: 'shop' },
    annotations: { summary: 'The shop is down', runbook_url: `http://${service}/runbook` },
  };
  await make('/api/v1/provisioning/alert-rules', rule);
  const group = `/api/v1/provisioning/folder/${folder}/rule-groups/all`;
  const { body } = await grafana.api('GET', group);
  await make(group, { ...Object(body), interval: 10 }, 'PUT');
  const { id } = await make('/api/serviceaccounts', { name: 'firedrill', role: 'Admin' });
  const { key } = await make(`/api/serviceaccounts/${id}/tokens`, { name: 'firedrill' });
  return { ...grafana, reached, token: String(key) };
}

/** The part of a staging's description that is about this Grafana, with copies of the pages of `team`. */
export const grafanaYaml = ({ url, token }: LiveGrafana, { receivers }: LiveStaging) => ({
  grafana: {
    ...{ url, bearer: { inline: token } },
    copies: { of: ['team'], to: `http://${receivers}` },
  },
});

/** The expectation that the alert of this Grafana pages. */
export const shopDownPage = {
  ...{ kind: 'page', alert: 'Shop Down', receiver: 'webhook', contactPoint: 'team', within: '40s' },
  labels: { severity: 'page', team: 'shop' },
  resolvedWithin: '60s',
};

/** Removes the webhooks that a drill has added. */
export async function removeCopies({ api }: TestGrafana): Promise<void> {
  const path = '/api/v1/provisioning/contact-points';
  const { body } = await api('GET', path);
  for (const { uid } of Array.isArray(body) ? body : [])
    if (String(uid).startsWith('firedrill-')) await api('DELETE', `${path}/${uid}`);
}

/** What a drill must leave as it is. */
export const grafanaState = async ({ api }: TestGrafana): Promise<readonly string[]> =>
  await Promise.all(
    [
      '/api/v1/provisioning/contact-points',
      '/api/v1/provisioning/policies',
      '/api/alertmanager/grafana/config/api/v1/alerts',
      '/api/alertmanager/grafana/api/v2/silences',
      '/api/ruler/grafana/api/v1/rules',
      // Grafana itself annotates what its alerts do.
      '/api/annotations?tags=firedrill',
    ].map(async (path) => JSON.stringify(await api('GET', path))),
  );
