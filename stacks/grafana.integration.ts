/*
 * A real Grafana with the provisioned files, in the whole stack under some load: what its own API says of them. Whom its
 * pages reach is the drills' matter.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  type AskGrafana,
  emptyPanels,
  panelQueries,
} from '../configuration/checked/testing/panel-queries.ts';
import { list, map } from '../configuration/files/yaml.ts';
import { scaleDuration } from '../configuration/paced/configure.ts';
import { met, never, notYet, until } from '../core/poll.ts';
import { Scope } from '../core/scope.ts';
import { grafanaUser } from './components/grafana.ts';
import { prometheusFlags } from './components/prometheus.ts';
import { binariesOf, stackOf } from './stacks.ts';
import type { RunningStack } from './start.ts';
import { project, startProcessStack } from './testing/running-stack.ts';
import { builtTools } from './toolchain/testing/built-tools.ts';
import type { Binary } from './toolchain/toolchain.ts';

const factor = 15;
const dashboards = join(project, 'stacks', 'config-full', 'grafana', 'provisioning', 'dashboards');
const alerts = [
  'Bug Report',
  'Failed Payments',
  'High Latency',
  'Login Failures',
  'Resource Usage',
  'Service Down Report',
];

describe('a provisioned Grafana in a full stack', function () {
  this.timeout(180_000);
  const scope = new Scope();
  const abort = new AbortController();
  const wait = { where: 'grafana', withinMs: 60_000, signal: abort.signal };
  let stack: RunningStack;
  let authorization: string;
  let startedAt: number;
  let endLoad: () => void;

  const ask = async (path: string, body?: object) => {
    const response = await fetch(`${stack.url('grafana', 3000)}${path}`, {
      headers: { authorization, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as unknown };
  };
  const query: AskGrafana = (path, body) => ask(path, body);

  const rules = async () => {
    const { body } = await ask('/api/prometheus/grafana/api/v1/rules');
    return list(map(map(body).data).groups).flatMap((group) => list(map(group).rules).map(map));
  };

  before(async function () {
    // Building the tools, where they have not been built yet.
    this.timeout(3_600_000);
    const flags = {
      resendDelay: scaleDuration(prometheusFlags.resendDelay, factor),
      lookbackDelta: scaleDuration(prometheusFlags.lookbackDelta, factor),
    };
    const spec = stackOf('full', 'sidecar', flags);
    const { signal } = abort;
    const tools = await builtTools(binariesOf(spec) as Binary[], signal);
    const started = await startProcessStack({ spec, factor, tools, scope, signal });
    stack = started.stack;
    startedAt = Date.now();
    authorization = `Basic ${Buffer.from(`${grafanaUser}:${started.secret}`).toString('base64')}`;
    endLoad = loadOn(['storefront', 'storefront-2'].map((pod) => stack.url(pod, 3000)));
    scope.defer('load', endLoad);
  });
  after(async () => {
    expect(await scope.close()).to.deep.equal([]);
  });

  it('has the contact points of its policies in force', async () => {
    await until(
      'the contact points to be active',
      async () => {
        const { body } = await ask('/api/alertmanager/grafana/config/api/v1/receivers');
        const active = list(body)
          .map(map)
          .filter(({ active }) => active === true)
          .map(({ name }) => String(name));
        const saw = active.sort().join(' ');
        return saw === 'slack telegram webhook' ? met(saw) : notYet(JSON.stringify(body));
      },
      wait,
    );
  });

  it('evaluates every alert rule, with data', async () => {
    await until(
      'every rule to be healthy',
      async () => {
        const found = await rules();
        // A query that finds nothing would give one instance, in the state `Normal (NoData)`.
        const healthy = found.filter(({ health, alerts: instances }) => {
          const states = list(instances).map((instance) => map(instance).state);
          return health === 'ok' && states.length > 0 && states.every((state) => state === 'Normal');
        });
        const names = healthy.map(({ name }) => String(name)).sort();
        return names.join() === alerts.join() ? met(names) : notYet(JSON.stringify(found));
      },
      wait,
    );
  });

  it('is answered by its data sources', async () => {
    const queries = [
      { refId: 'A', datasource: { uid: 'prometheus' }, expr: 'up', instant: true },
      { refId: 'B', datasource: { uid: 'loki' }, expr: 'vector(1)', queryType: 'instant' },
    ];
    const { body } = await ask('/api/ds/query', { from: 'now-1m', to: 'now', queries });
    const results = map(map(body).results);
    expect(Object.values(results).map((result) => map(result).error)).to.deep.equal([undefined, undefined]);
    const tempo = await ask('/api/datasources/proxy/uid/tempo/api/search?limit=1');
    expect(tempo, JSON.stringify(tempo.body)).to.include({ status: 200 });
  });

  it('shows data in every panel of every dashboard', async () => {
    const files = (await readdir(dashboards)).filter((file) => file.endsWith('.json'));
    expect(files.sort()).to.deep.equal(['drill.json', 'service.json', 'slo.json']);
    const texts = await Promise.all(files.map((file) => readFile(join(dashboards, file), 'utf8')));
    const queries = texts.flatMap((text) =>
      ['storefront', 'orders'].flatMap((service) => panelQueries(JSON.parse(text), { service })),
    );
    await until(
      'data in every panel',
      async () => {
        const empty = await emptyPanels(queries, { from: startedAt, to: Date.now() }, query);
        return empty.length === 0 ? met(true) : notYet(JSON.stringify(empty));
      },
      { ...wait, everyMs: 2000 },
    );
  });

  it('shows annotations that are posted to it, by tag', async () => {
    const tags = ['firedrill', 'injection'];
    const posted = await ask('/api/annotations', { time: Date.now(), tags, text: 'payments fail' });
    expect(posted).to.include({ status: 200 });
    const { body } = await ask('/api/annotations?tags=firedrill&tags=injection');
    expect(list(body).map((one) => map(one).text)).to.deep.equal(['payments fail']);
  });

  it('has no alerts without traffic', async () => {
    endLoad();
    const asked = 'sum(increase(otel_app_http_request_duration_milliseconds_count[20s]))';
    const proxy = '/api/datasources/proxy/uid/prometheus/api/v1/query';
    let idleSince: number | undefined;
    await until(
      'every rule to be evaluated while no window holds a request',
      async () => {
        const { body } = await ask(`${proxy}?query=${encodeURIComponent(asked)}`);
        const [sum] = list(map(map(body).data).result).map((sample) => list(map(sample).value)[1]);
        if (sum === '0') idleSince ??= Date.now();
        if (idleSince === undefined) return notYet(`${sum} requests`);
        const since = idleSince;
        const found = await rules();
        // A turn before may have seen the last requests.
        const late = found.filter(({ lastEvaluation }) => Date.parse(String(lastEvaluation)) <= since);
        const wrong = found
          .filter((rule) => !late.includes(rule))
          .flatMap(({ name, alerts: instances }) =>
            list(instances)
              .map(map)
              .filter(({ state }) => state !== 'Normal')
              .map(({ state, value }) => `${name} is ${state} by ${value}`),
          );
        if (wrong.length > 0) return never(wrong.join(', '));
        return late.length === 0 ? met(true) : notYet(`not yet: ${late.map(({ name }) => name).join(', ')}`);
      },
      { ...wait, everyMs: 500 },
    );
  });
});

/** Some of every journey, on each storefront in turn. @returns its end. */
function loadOn(storefronts: readonly string[]): () => void {
  const post = (body: object) => ({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  let turn = 0;
  const timer = setInterval(() => {
    const url = storefronts[turn++ % storefronts.length];
    void Promise.allSettled([
      fetch(`${url}/search?type=rent`),
      fetch(`${url}/catalog`),
      fetch(`${url}/login`, post({ email: 'ada@shop.example', password: 'open sesame' })),
      fetch(`${url}/checkout`, post({ listingId: 1 + (turn % 60) })),
    ]);
  }, 200);
  return () => clearInterval(timer);
}
