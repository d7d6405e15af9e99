/*
 * A small staging that a test starts, and that firedrill did not: a service that can be broken by a request, a Prometheus
 * that scrapes it and an Alertmanager that pages the emulated receivers.
 */
import type { ChildProcess } from 'node:child_process';
import { stringify } from 'yaml';
import type { Scope } from '../../../core/scope.ts';
import { freeAddress, serve, startComponents } from '../../../signals/readers/testing/components.ts';
import { cacheDirOf } from '../../../stacks/toolchain/cache-dir.ts';
import { ensureTools } from '../../../stacks/toolchain/toolchain.ts';

export interface LiveStaging {
  readonly prometheusUrl: string;
  readonly alertmanagerUrl: string;
  /** `host:port` of the service. */
  readonly service: string;
  /** `host:port` at which Alertmanager expects the receivers. */
  readonly receivers: string;
  readonly children: readonly ChildProcess[];
  /** The service's answers to the requests of faults. */
  readonly state: { broken: boolean /** Status that it answers a request to be mended. */; mends: number };
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
  const tools = await ensureTools(['prometheus', 'alertmanager'], {
    cacheDir: cacheDirOf(process.env),
    env: process.env,
    signal,
    progress: () => {},
  });
  const state = { broken: false, mends: 200 };
  const service = await serve(scope, ({ method, url }, response) => {
    if (url === '/metrics') {
      const text = `# TYPE shop_broken gauge\nshop_broken ${Number(state.broken)}\n`;
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(text);
    } else if (url === '/greet') response.writeHead(state.broken ? 503 : 200).end('hello');
    else if (method === 'POST' && url === '/break') {
      state.broken = true;
      response.end('broken');
    } else if (method === 'POST' && url === '/mend') {
      if (state.mends === 200) state.broken = false;
      response.writeHead(state.mends).end('mended');
    } else
      response.end(
        '<title>Shop is broken</title><h1>Shop is broken</h1><p>Mend it by a request to /mend.</p>',
      );
  });
  const receivers = await freeAddress();
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
      alertmanager: {
        route: {
          receiver: routed ? 'team' : 'nobody',
          group_by: ['alertname'],
          group_wait: '1s',
          group_interval: '2s',
        },
        receivers: [
          { name: 'nobody' },
          {
            name: 'team',
            webhook_configs: [{ url: `http://${receivers}/webhook/team`, send_resolved: true }],
          },
        ],
      },
    },
    signal,
  );
  return { ...components, service, receivers, state };
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
    expectations: [
      {
        kind: 'page',
        alert: 'ShopBroken',
        receiver: 'webhook',
        contactPoint: 'team',
        within: '10s',
        labels: { severity: 'page', team: 'shop' },
        resolvedWithin: '15s',
      },
    ],
    settleFor: '2s',
    ...more,
  });
