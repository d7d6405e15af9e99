import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { FiredrillError } from '../core/errors.ts';
import type { ComponentSpec, StackSpec } from './component.ts';
import { prepareStack } from './prepare.ts';
import type { Runtime } from './runtimes/runtime.ts';

const component = (name: string, more: Partial<ComponentSpec> = {}): ComponentSpec => ({
  name,
  pod: name,
  program: { kind: 'binary', binary: name },
  args: [],
  env: {},
  ports: [80],
  ready: { kind: 'http', port: 80, path: '/' },
  after: [],
  ...more,
});

/** Two pods, one of them with a sidecar, and a component that reads each other's addresses. */
const stack: StackSpec = {
  name: 'test',
  topology: 'sidecar',
  config: [],
  components: [
    component('orders', {
      ports: [3001],
      config: 'app',
      args: ['--listen={port:3001}', '--data={data}/x', '--config={config}', '--db=postgres:5432'],
      env: { PEER: 'http://payment-provider:3002/pay', PORT: '{port:3001}', OTEL_INTERVAL: 'own' },
    }),
    component('orders-sidecar', { pod: 'orders', ports: [4318, 8889], config: 'collector' }),
    component('payment-provider', { ports: [3002] }),
    component('postgres', { ports: [5432] }),
    component('prometheus', { ports: [9090], config: 'prometheus' }),
  ],
};

describe('prepareStack', () => {
  let directory = '';
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'prepare-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  /** Peers are reached at 127.0.0.1:(port + 10000), and listen at 127.0.0.9 of that port. */
  const runtime = (): Runtime => ({
    name: 'process',
    secret: 'made-for-the-run',
    plan: async () => {},
    address: (_, port) => `127.0.0.1:${port + 10_000}`,
    listenAddress: (_, port) => `127.0.0.9:${port + 10_000}`,
    places: (name) => ({ config: join(directory, name), data: `/data/${name}` }),
    start: () => Promise.reject(new Error('nothing is started here')),
    kill: async () => {},
    restart: async () => {},
  });
  const options = {
    stack,
    runtime: runtime(),
    files: new Map<string, string>(),
    factor: 1,
    origins: new Map([
      ['https://hooks.slack.com', 'http://127.0.0.1:7'],
      ['http://webhook.internal', 'http://127.0.0.1:8'],
    ]),
    home: (binary: string) => `/tools/${binary}`,
  };
  const prepare = (files: Record<string, string>, factor = 1) =>
    prepareStack({ ...options, files: new Map(Object.entries(files)), factor });
  const problemsOf = async (files: Record<string, string>) => {
    const error = await prepare(files).catch((thrown: unknown) => thrown);
    if (!(error instanceof FiredrillError)) throw new Error(`not refused: ${String(error)}`);
    expect(error.kind).to.equal('bad-input');
    return error.problems;
  };
  /** What an environment file with this value becomes for `orders`. */
  const inOrders = async (value: string) => {
    const { components } = await prepare({ 'app/telemetry.env': `VALUE=${value}` });
    return components[0]?.env.VALUE;
  };

  it('fills in arguments and environment', async () => {
    const { components } = await prepare({});
    expect(components.map(({ spec }) => spec)).to.deep.equal(stack.components);
    expect(components[0]?.args).to.deep.equal([
      '--listen=13001',
      '--data=/data/orders/x',
      `--config=${join(directory, 'orders')}`,
      '--db=127.0.0.1:15432',
    ]);
    expect(components[0]?.env).to.deep.equal({
      PEER: 'http://127.0.0.1:13002/pay',
      PORT: '13001',
      OTEL_INTERVAL: 'own',
    });
  });

  it('gives each component its own configuration, and tells what was used', async () => {
    const { configuration } = await prepare(
      {
        'prometheus/prometheus.yml': 'global:\n  scrape_interval: 15s\n',
        'prometheus/rules/deep/a.yml': 'groups: []\n',
        'collector/sidecar.yaml': 'a: orders:8889\n',
        'unread/x.yml': 'a: 1\n',
      },
      15,
    );
    expect(await readFile(join(directory, 'prometheus', 'prometheus.yml'), 'utf8')).to.equal(
      'global:\n  scrape_interval: 1s\n  evaluation_interval: 4s\n',
    );
    expect(await readFile(join(directory, 'prometheus', 'rules', 'deep', 'a.yml'), 'utf8')).to.equal(
      'groups: []\n',
    );
    expect(await readFile(join(directory, 'orders-sidecar', 'sidecar.yaml'), 'utf8')).to.equal(
      'a: 127.0.0.1:18889\n',
    );
    expect(await readdir(directory)).to.have.members(['prometheus', 'orders-sidecar']);
    expect(configuration).to.deep.include({
      file: 'prometheus/prometheus.yml',
      sha256: createHash('sha256')
        .update('global:\n  scrape_interval: 1s\n  evaluation_interval: 4s\n')
        .digest('hex'),
    });
    expect(configuration.map(({ file }) => file)).to.have.members([
      'prometheus/prometheus.yml',
      'prometheus/rules/deep/a.yml',
      'orders-sidecar/sidecar.yaml',
    ]);
  });

  it("lets a component's own environment win over the shared one", async () => {
    const { components } = await prepare({ 'app/telemetry.env': 'OTEL_INTERVAL=shared\nOTEL_OTHER=1\n' });
    expect(components[0]?.env).to.include({ OTEL_INTERVAL: 'own', OTEL_OTHER: '1' });
  });

  it('gives a component that reads one file that file alone', async () => {
    const one: StackSpec = {
      ...stack,
      components: [component('gateway', { config: 'collector/gateway.yaml' })],
    };
    const files = new Map([
      ['collector/gateway.yaml', 'a: 1\n'],
      ['collector/sidecar.yaml', 'a: nowhere:1\n'],
    ]);
    const { configuration } = await prepareStack({ ...options, stack: one, files });
    expect(configuration.map(({ file }) => file)).to.deep.equal(['gateway/gateway.yaml']);
    expect(await readdir(join(directory, 'gateway'))).to.deep.equal(['gateway.yaml']);
  });

  describe('a component that reaches the vendors', () => {
    const vendor = (args: readonly string[]): StackSpec => ({
      ...stack,
      components: [
        component('grafana', { args, config: 'grafana', env: { HOOK: 'http://webhook.internal/x' } }),
      ],
    });
    const proxy = { url: 'http://127.0.0.1:3128', caFile: '/run/ca.pem' };

    it("is told of the proxy, its authority and the binary's own files", async () => {
      const { components } = await prepareStack({
        ...options,
        stack: vendor(['{proxy}', '{ca}', '{home:grafana}/x', 'https://hooks.slack.com/services']),
        proxy,
      });
      expect(components[0]?.args).to.deep.equal([
        'http://127.0.0.1:3128',
        '/run/ca.pem',
        '/tools/grafana/x',
        'https://hooks.slack.com/services',
      ]);
      expect(components[0]?.env).to.deep.equal({ HOOK: 'http://127.0.0.1:8/x' });
    });

    it('is not prepared without one', async () => {
      const error = await prepareStack({ ...options, stack: vendor(['{proxy}']) }).catch((e: unknown) => e);
      expect(String(error)).to.include('there is no proxy');
    });
  });

  describe('addresses', () => {
    const cases: [what: string, written: string, used: string][] = [
      ['a port of a pod', 'postgres:5432', '127.0.0.1:15432'],
      ['a port of a pod in a URL', 'http://payment-provider:3002/a?b', 'http://127.0.0.1:13002/a?b'],
      ["the sidecar's port in the same pod", 'orders:8889', '127.0.0.1:18889'],
      ['several at once', 'postgres:5432,orders:3001', '127.0.0.1:15432,127.0.0.1:13001'],
      ['localhost with a port of the own pod', 'http://localhost:4318', 'http://127.0.0.9:14318'],
      [
        '0.0.0.0 and 127.0.0.1 as localhost',
        '0.0.0.0:8889 127.0.0.1:3001',
        '127.0.0.9:18889 127.0.0.9:13001',
      ],
      ["localhost with another pod's port", 'localhost:9090', 'localhost:9090'],
      ['a host that only ends like a pod', 'my-orders:3001', 'my-orders:3001'],
      [
        'a host that only begins like a pod',
        'orders-eu:3001 orders.example.com:3001',
        'orders-eu:3001 orders.example.com:3001',
      ],
      ['another host', 'example.com:443', 'example.com:443'],
      ['an origin of the run', 'https://hooks.slack.com/services/T', 'http://127.0.0.1:7/services/T'],
      ['another origin', 'https://slack.com/api', 'https://slack.com/api'],
    ];
    for (const [what, written, used] of cases) {
      it(`${what}: ${written}`, async () => expect(await inOrders(written)).to.equal(used));
    }

    it('on which nothing listens are refused, told once and with the ports there are', async () => {
      const problems = await problemsOf({
        'prometheus/prometheus.yml': 'a: orders:9999\n',
        'prometheus/rules/a.yml': 'a: { b: [postgres:1] }\n',
      });
      expect(problems).to.deep.equal([
        {
          where: 'prometheus/prometheus.yml: a',
          message: 'nothing listens on orders:9999; orders has 3001, 4318, 8889',
        },
        {
          where: 'prometheus/rules/a.yml: a.b.0',
          message: 'nothing listens on postgres:1; postgres has 5432',
        },
      ]);
    });
  });

  it('tells of a fault in a file that several components read once', async () => {
    const twoSidecars: StackSpec = {
      ...stack,
      components: [...stack.components, component('storefront-sidecar', { config: 'collector' })],
    };
    const files = new Map([['collector/sidecar.yaml', 'a: [']]);
    const error = await prepareStack({ ...options, stack: twoSidecars, files }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).to.be.instanceOf(FiredrillError).with.property('problems').that.has.length(1);
  });

  it('refuses what would leave this machine, and what is no YAML, at once', async () => {
    const problems = await problemsOf({
      'collector/sidecar.yaml': 'exporters: { otlp: { endpoint: "collector.example.com:4317" } }\n',
      'prometheus/prometheus.yml': 'global: [\n',
    });
    expect(problems.map(({ where }) => where)).to.deep.equal([
      'collector/sidecar.yaml: exporters.otlp.endpoint',
      'prometheus/prometheus.yml:2',
    ]);
  });
});
