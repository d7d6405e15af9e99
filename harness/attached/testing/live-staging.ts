/*
 * A small staging that a test starts, and that firedrill did not: a service that can be broken by a request, a Prometheus
 * that scrapes it and an Alertmanager that pages the emulated receivers.
 */
import type { ChildProcess } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { stringify } from 'yaml';
import type { Scope } from '../../../core/scope.ts';
import { freeAddress, serve, startComponents } from '../../../signals/readers/testing/components.ts';
import { builtTools } from '../../../stacks/toolchain/testing/built-tools.ts';

export interface LiveStaging {
  readonly prometheusUrl: string;
  readonly alertmanagerUrl: string;
  /** `host:port` of the service. */
  readonly service: string;
  /** `host:port` at which Alertmanager expects the receivers. */
  readonly receivers: string;
  readonly children: readonly ChildProcess[];
  /** The service, and its answers to the requests of faults. */
  readonly state: ServiceState;
  /** Takes the receiver `team` out of Alertmanager's configuration, and the route to it, as a deployment may. */
  readonly dropReceiver: () => Promise<void>;
}

interface ServiceState {
  broken: boolean;
  /** What its metric says; default: whether it was broken by a request. */
  isBroken?: () => boolean | Promise<boolean>;
  /** How often its users were answered. */
  greeted: number;
  /** Status that it answers a request to be mended. */
  mends: number;
  /** Awaited when it is broken, before it answers that. */
  onBroken?: () => Promise<void>;
  /** Awaited before it is mended. */
  onMend?: () => Promise<void>;
}

export interface StagingOptions {
  /** The value of `shop_broken` above which the rule is true; a broken service has 1. */
  readonly threshold?: number;
  /** Whether Alertmanager has a route to the webhook. */
  readonly routed?: boolean;
}

/** Starts a staging, until the scope is closed. */
export async function startStaging(
  scope: Scope,
  { threshold = 0, routed = true }: StagingOptions,
  signal: AbortSignal,
): Promise<LiveStaging> {
  const tools = await builtTools(['prometheus', 'alertmanager'], signal);
  const state: ServiceState = { broken: false, greeted: 0, mends: 200 };
  const answer = async ({ method, url }: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (url === '/metrics') {
      const isBroken = await (state.isBroken?.() ?? state.broken);
      const text = `# TYPE shop_broken gauge\nshop_broken ${Number(isBroken)}\n`;
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(text);
    } else if (url === '/greet') {
      state.greeted += 1;
      response.writeHead(state.broken ? 503 : 200).end('hello');
    } else if (method === 'POST' && url === '/break') {
      state.broken = true;
      await state.onBroken?.();
      response.end('broken');
    } else if (method === 'POST' && url === '/mend') {
      await state.onMend?.();
      if (state.mends === 200) state.broken = false;
      response.writeHead(state.mends).end('mended');
    } else
      response.end(
        '<title>Shop is broken</title><h1>Shop is broken</h1><p>Mend it by a request to /mend.</p>',
      );
  };
  const service = await serve(scope, (request, response) => void answer(request, response));
  const receivers = await freeAddress();
  const nobody = { name: 'nobody' };
  const team = {
    name: 'team',
    webhook_configs: [{ url: `http://${receivers}/webhook/team`, send_resolved: true }],
  };
  const routes = (receiver: string, ...others: readonly object[]) => ({
    route: { receiver, group_by: ['alertname'], group_wait: '1s', group_interval: '2s' },
    receivers: [nobody, ...others],
  });
  const components = await startComponents(
    scope,
    { prometheus: tools.path('prometheus'), alertmanager: tools.path('alertmanager') },
    {
      target: service,
      rules: {
        groups: [
          {
            name: 'shop',
            rules: [
              {
                alert: 'ShopBroken',
                expr: `shop_broken > ${threshold}`,
                for: '1s',
                labels: { severity: 'page', team: 'shop' },
                annotations: {
                  summary: 'The shop is broken',
                  runbook: `http://${service}/runbook`,
                },
              },
            ],
          },
        ],
      },
      alertmanager: routes(routed ? 'team' : 'nobody', team),
    },
    signal,
  );
  const dropReceiver = () => components.reloadAlertmanager(routes('nobody'));
  return { ...components, service, receivers, state, dropReceiver };
}

/** What Prometheus tells of a rule beside how it is written. */
const ofState = new Set(['state', 'health', 'alerts', 'lastError', 'lastEvaluation', 'evaluationTime']);

/** What a drill must leave as it is: configuration, rules without their state, silences and receivers. */
export async function stagingState({
  prometheusUrl,
  alertmanagerUrl,
}: LiveStaging): Promise<readonly string[]> {
  const text = async (url: string) => await (await fetch(url)).text();
  const rules = await text(`${prometheusUrl}/api/v1/rules`);
  const { config } = JSON.parse(await text(`${alertmanagerUrl}/api/v2/status`)) as { config: unknown };
  return [
    await text(`${prometheusUrl}/api/v1/status/config`),
    JSON.stringify(JSON.parse(rules, (key, value: unknown) => (ofState.has(key) ? undefined : value))),
    JSON.stringify(config),
    await text(`${alertmanagerUrl}/api/v2/silences`),
    await text(`${alertmanagerUrl}/api/v2/receivers`),
  ];
}

/** The description of a staging, for firedrill. `more` replaces keys. */
export const stagingYaml = (
  { prometheusUrl, alertmanagerUrl, service, receivers }: LiveStaging,
  more: object = {},
): string =>
  stringify({
    name: 'shop-staging',
    hosts: ['127.0.0.1'],
    prometheus: { url: prometheusUrl },
    alertmanager: { url: alertmanagerUrl },
    services: { shop: { '8080': `http://${service}` } },
    receivers: { listen: receivers },
    ...more,
  });

/** The fault of a scenario that breaks the service by a request, without how it is recognised. */
export const breaking = {
  kind: 'http-call',
  params: {
    breaks: 'the shop',
    inject: { pod: 'shop', port: 8080, path: '/break' },
    revert: { pod: 'shop', port: 8080, path: '/mend' },
  },
};

/** The expectation that Prometheus' alert pages. */
export const shopBrokenPage = {
  ...{ kind: 'page', alert: 'ShopBroken', receiver: 'webhook', contactPoint: 'team', within: '10s' },
  labels: { severity: 'page', team: 'shop' },
  resolvedWithin: '15s',
};

/** A scenario that breaks the service by a request. `more` replaces keys. */
export const breakShop = (more: object = {}): string =>
  stringify({
    name: 'shop-broken',
    title: 'The shop is broken',
    summary: 'a request breaks the shop; ShopBroken must page the webhook',
    load: { rates: {}, warmUp: '1s' },
    quietFor: '2s',
    fault: {
      ...breaking,
      telemetry: { signal: 'metric', metric: 'shop_broken', above: 0.5 },
      atLeast: 1,
    },
    expectations: [shopBrokenPage],
    settleFor: '2s',
    ...more,
  });
