import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import { FiredrillError } from '../core/errors.ts';
import { problemsOfPromise } from '../core/testing/problems-of.ts';
import type { ComponentSpec, StackSpec } from '../stacks/component.ts';
import type { Runtime } from '../stacks/runtimes/runtime.ts';
import { WrittenFiles } from './files/files.ts';
import { prepareStack } from './prepare.ts';

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
      args: ['--listen={host}:{port:3001}', '--data={data}/x', '--config={config}', '--db=postgres:5432'],
      env: {
        PEER: 'http://payment-provider:3002/pay',
        SIDECAR: 'localhost:4318',
        PORT: '{port:3001}',
        OTEL_SERVICE_NAME: 'own',
        OTEL_RESOURCE_ATTRIBUTES: 'service.instance.id=orders-1',
      },
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

  /** Every kind of address, and every place, is another one: inside and outside, for peers and within a pod. */
  const runtime: Partial<Runtime> = {
    secret: 'made-for-the-run',
    address: (pod, port) => `the-${pod}:${port + 10_000}`,
    localAddress: (_, port) => `127.0.0.8:${port + 20_000}`,
    listenAddress: (_, port) => `0.0.0.0:${port + 30_000}`,
    reach: () => {
      throw new Error('nothing has started yet');
    },
    paths: (name) => ({ config: `/config/${name}`, data: `/data/${name}` }),
    configOnHost: (name) => join(directory, name),
    provideFile: (name, file) => `/given/${name}/${basename(file)}`,
    home: (name, binary) => `/homes/${name}/${binary}`,
  };
  const options = {
    stack,
    // What else there is belongs to what is started, which nothing is here.
    runtime: runtime as Runtime,
    files: new WrittenFiles(),
    factor: 1,
    proxy: { url: 'http://harness.test:3128', caFile: '/run/ca.pem' },
    origins: new Map([
      ['https://hooks.slack.com', 'http://harness.test:7'],
      ['http://webhook.internal', 'http://harness.test:8'],
    ]),
  };
  const prepare = (files: Record<string, string>, factor = 1) =>
    prepareStack({ ...options, files: new WrittenFiles(Object.entries(files)), factor });
  const refused = (files: Record<string, string>) => problemsOfPromise(prepare(files));
  /** What an environment file with this value becomes for `orders`. */
  const inOrders = async (value: string) => {
    const { components } = await prepare({ 'app/telemetry.env': `VALUE=${value}` });
    return components[0]?.env.VALUE;
  };

  it('writes what may hold a secret for its owner alone', async () => {
    await prepare({ 'app/telemetry.env': 'OTEL_EXPORTER_OTLP_HEADERS=authorization=abcdefgh' });
    expect((await stat(join(directory, 'orders', 'telemetry.env'))).mode & 0o777).to.equal(0o600);
    expect((await stat(join(directory, 'orders'))).mode & 0o777).to.equal(0o700);
  });

  it('judges the files unless that was done before', async () => {
    const files = new WrittenFiles([
      ['app/telemetry.env', 'OTEL_EXPORTER_OTLP_ENDPOINT=http://elsewhere.test:4318'],
    ]);
    const [refusal] = await problemsOfPromise(prepareStack({ ...options, files }));
    expect(refusal?.where).to.match(/OTEL_EXPORTER_OTLP_ENDPOINT/);
    const { configuration } = await prepareStack({ ...options, files, judged: true });
    expect(configuration.map(({ file }) => file)).to.include('orders/telemetry.env');
  });

  it('leads an address elsewhere for the one component that is told so', async () => {
    const args = ['http://postgres:5432/x', 'a-postgres:5432', 'postgres:54321'];
    const redirects = { 'postgres:5432': 'prometheus:9090' };
    const components = [
      component('web', { args: args.slice(0, 2), redirects }),
      component('other', { args: args.slice(0, 1) }),
      component('postgres', { ports: [5432] }),
      component('prometheus', { ports: [9090] }),
    ];
    const found = await prepareStack({ ...options, stack: { ...stack, components } });
    expect(found.components.slice(0, 2).map((one) => one.args)).to.deep.equal([
      ['http://the-prometheus:19090/x', 'a-postgres:5432'],
      ['http://the-postgres:15432/x'],
    ]);
  });

  it('leaves what a text of the user has in braces, but for where to listen', async () => {
    const args = ['{host} {port:80} {data} {config} {proxy} {secret}', 'http://localhost:80'];
    const program = { kind: 'image', reference: 'web:1', files: [] } as const;
    const components = [component('web', { program, args, env: { FORMAT: '{secret} {port:80} {config}' } })];
    const found = await prepareStack({ ...options, stack: { ...stack, components } });
    expect(found.components[0]).to.deep.include({
      args: ['0.0.0.0 30080 {data} {config} {proxy} {secret}', 'http://0.0.0.0:30080'],
      env: { FORMAT: 'made-for-the-run 30080 {config}' },
    });
  });

  it('fills in arguments and environment', async () => {
    const { components } = await prepare({});
    expect(components.map(({ spec }) => spec)).to.deep.equal(stack.components);
    expect(components[0]?.args).to.deep.equal([
      '--listen=0.0.0.0:33001',
      '--data=/data/orders/x',
      '--config=/config/orders',
      '--db=the-postgres:15432',
    ]);
    expect(components[0]?.env).to.deep.equal({
      PEER: 'http://the-payment-provider:13002/pay',
      SIDECAR: '127.0.0.8:24318',
      PORT: '33001',
      OTEL_SERVICE_NAME: 'own',
      OTEL_RESOURCE_ATTRIBUTES: 'service.instance.id=orders-1',
    });
  });

  it('fills in the command that tells whether a component is ready', async () => {
    const command = ['check', '{host}:{port:80}', 'postgres:5432'];
    const own = component('web', { ready: { kind: 'command', port: 80, command } });
    const { components } = await prepareStack({
      ...options,
      stack: { ...stack, components: [own, component('postgres', { ports: [5432] })] },
    });
    expect(components[0]?.spec.ready).to.deep.equal({
      kind: 'command',
      port: 80,
      command: ['check', '0.0.0.0:30080', 'the-postgres:15432'],
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
      'a: the-orders:18889\n',
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

  it("joins resource attributes of an environment file with a component's own", async () => {
    const { components } = await prepare({
      'app/telemetry.env': 'OTEL_RESOURCE_ATTRIBUTES=team=payments\nOTEL_LOG_LEVEL=WARN\n',
    });
    expect(components[0]?.env).to.include({
      OTEL_RESOURCE_ATTRIBUTES: 'team=payments,service.instance.id=orders-1',
      OTEL_LOG_LEVEL: 'WARN',
    });
  });

  it('refuses a variable that a component sets itself', async () => {
    const problems = await problemsOfPromise(prepare({ 'app/telemetry.env': 'OTEL_SERVICE_NAME=shop\n' }));
    expect(problems.map(({ where }) => where)).to.deep.equal(['app/telemetry.env: OTEL_SERVICE_NAME']);
  });

  it('gives a component that reads one file that file alone', async () => {
    const one: StackSpec = {
      ...stack,
      components: [component('gateway', { config: 'collector/gateway.yaml' })],
    };
    const files = new WrittenFiles([
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
    it("is told of the proxy, its authority and the binary's own files", async () => {
      const { components } = await prepareStack({
        ...options,
        stack: vendor(['{proxy}', '{ca}', '{home:grafana}/x', 'https://hooks.slack.com/services']),
      });
      expect(components[0]?.args).to.deep.equal([
        'http://harness.test:3128',
        '/given/grafana/ca.pem',
        '/homes/grafana/grafana/x',
        'https://hooks.slack.com/services',
      ]);
      expect(components[0]?.env).to.deep.equal({ HOOK: 'http://harness.test:8/x' });
    });

    it('is told of whom it must not ask the proxy: its peers and the receivers, each once', async () => {
      const { components } = await prepareStack({
        ...options,
        stack: { ...stack, components: [...stack.components, ...vendor(['{direct}']).components] },
      });
      expect(components.at(-1)?.args).to.deep.equal([
        '127.0.0.1,localhost,the-orders,the-payment-provider,the-postgres,the-prometheus,the-grafana,harness.test',
      ]);
    });
  });

  describe('addresses', () => {
    const cases: [what: string, written: string, used: string][] = [
      ['a port of a pod', 'postgres:5432', 'the-postgres:15432'],
      [
        'a port of a pod in a URL',
        'http://payment-provider:3002/a?b',
        'http://the-payment-provider:13002/a?b',
      ],
      ["the sidecar's port by the pod's name", 'orders:8889', 'the-orders:18889'],
      ['several at once', 'postgres:5432,orders:3001', 'the-postgres:15432,the-orders:13001'],
      ['localhost with an own port, to listen on', 'http://localhost:3001', 'http://0.0.0.0:33001'],
      ['localhost with a port of another in the pod', 'http://localhost:4318', 'http://127.0.0.8:24318'],
      ['0.0.0.0 and 127.0.0.1 as localhost', '0.0.0.0:8889 127.0.0.1:3001', '127.0.0.8:28889 0.0.0.0:33001'],
      ["localhost with another pod's port", 'localhost:9090', 'localhost:9090'],
      ['a host that only ends like a pod', 'my-orders:3001', 'my-orders:3001'],
      [
        'a host that only begins like a pod',
        'orders-eu:3001 orders.example.com:3001',
        'orders-eu:3001 orders.example.com:3001',
      ],
      ['another host', 'example.com:443', 'example.com:443'],
      ['an origin of the run', 'https://hooks.slack.com/services/T', 'http://harness.test:7/services/T'],
      ['another origin', 'https://slack.com/api', 'https://slack.com/api'],
    ];
    for (const [what, written, used] of cases) {
      it(`${what}: ${written}`, async () => expect(await inOrders(written)).to.equal(used));
    }

    it('on which nothing listens are refused, told once and with the ports there are', async () => {
      const problems = await refused({
        'prometheus/prometheus.yml': 'a: orders:9999\n',
        'prometheus/rules/a.yml': 'groups: [{ name: a, labels: { b: postgres:1 } }]\n',
      });
      expect(problems).to.deep.equal([
        {
          where: 'prometheus/prometheus.yml:1: a',
          message: 'nothing listens on orders:9999; orders has 3001, 4318, 8889',
        },
        {
          where: 'prometheus/rules/a.yml:1: groups[a].labels.b',
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
    const files = new WrittenFiles([['collector/sidecar.yaml', 'a: [']]);
    const error = await prepareStack({ ...options, stack: twoSidecars, files }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).to.be.instanceOf(FiredrillError).with.property('problems').that.has.length(1);
  });

  it('refuses what would leave this machine, and what is no YAML, at once', async () => {
    const problems = await refused({
      'collector/sidecar.yaml': 'exporters: { otlp: { endpoint: "collector.example.com:4317" } }\n',
      'prometheus/prometheus.yml': 'global: [\n',
    });
    expect(problems.map(({ where }) => where)).to.deep.equal([
      'collector/sidecar.yaml:1: exporters.otlp.endpoint',
      'prometheus/prometheus.yml:2',
    ]);
  });

  it('takes every address of the run for one of this machine, whatever its name there', async () => {
    await prepare({
      'collector/sidecar.yaml':
        'receivers: { otlp: { endpoint: localhost:4318 } }\nexporters: { otlp: { endpoint: prometheus:9090 } }\n',
      'prometheus/prometheus.yml': 'remote_write: [{ url: http://webhook.internal/x }]\n',
    });
    expect(await readFile(join(directory, 'orders-sidecar', 'sidecar.yaml'), 'utf8')).to.equal(
      'receivers: { otlp: { endpoint: 0.0.0.0:34318 } }\nexporters: { otlp: { endpoint: the-prometheus:19090 } }\n',
    );
  });

  it('refuses an address of this machine at which another program may listen', async () => {
    const problems = await refused({
      'prometheus/prometheus.yml':
        "alerting: { alertmanagers: [{ static_configs: [{ targets: ['localhost:9093'] }] }] }\nremote_write: [{ url: 'http://127.0.0.1:9009/push' }]\n",
    });
    expect(problems.map(({ where, message }) => `${where}: ${message}`)).to.deep.equal([
      'prometheus/prometheus.yml:1: alerting.alertmanagers[0].static_configs[0].targets[0]: localhost:9093: a drill must not reach beyond its own stack',
      'prometheus/prometheus.yml:2: remote_write[0].url: http://127.0.0.1:9009/…: a drill must not reach beyond its own stack',
    ]);
  });

  it('has Tempo listen where the runtime says, once what is written has been judged', async () => {
    const tempo: StackSpec = { ...stack, components: [component('tempo', { config: 'tempo' })] };
    const text = (host: string) =>
      `server:\n  http_listen_address: ${host}\n  grpc_listen_address: 127.0.0.1\nusage_report:\n  reporting_enabled: false\n`;
    const files = (host: string) => new WrittenFiles([['tempo/tempo.yaml', text(host)]]);
    await prepareStack({ ...options, stack: tempo, files: files('127.0.0.1') });
    expect(await readFile(join(directory, 'tempo', 'tempo.yaml'), 'utf8')).to.equal(
      text('0.0.0.0').replace('127.0.0.1', '0.0.0.0'),
    );
    const error = await prepareStack({ ...options, stack: tempo, files: files('0.0.0.0') }).catch(
      (thrown: unknown) => thrown,
    );
    expect(String(error)).to.include('tempo/tempo.yaml:2: server.http_listen_address');
  });
});
