import { expect } from 'chai';
import { within } from '../core/path.ts';
import { parseSystem } from '../core/system.ts';
import { targetsIn } from './component.ts';
import { prometheusFlags } from './components/prometheus.ts';
import { systemStack } from './system-stack.ts';

const stackOf = (links: object, collector?: { readonly ports: readonly number[] }) =>
  systemStack(
    parseSystem(
      {
        name: 'hello',
        services: {
          web: {
            command: ['web', '{port:8080}'],
            directory: 'bin',
            ports: [8080],
            instances: 2,
            env: {
              STOCK_URL: 'http://stock:9000/v1',
              OTHER: 'stock:9000',
              OTEL_RESOURCE_ATTRIBUTES: 'team=web',
            },
            ready: { log: 'listening' },
            after: ['stock'],
            telemetry: 'otlp',
            ...(collector ? { collector: 'hub' } : {}),
          },
          stock: { command: ['stock'], ports: [9000], ready: { tcp: 9000 } },
        },
        ...(collector
          ? { collectors: { hub: { config: 'collector/hub.yaml', after: ['stock'], ...collector } } }
          : {}),
        links,
        journeys: { order: { service: 'web', path: '/' } },
      },
      '/mine/firedrill.yaml',
      within('firedrill.yaml'),
    ),
    { ...prometheusFlags, receivesWrites: false },
  );
const named = (stack: ReturnType<typeof stackOf>, name: string) =>
  stack.components.find((one) => one.name === name);

describe('the stack of a system', () => {
  it('has each instance of each service, with a Collector beside those that send OTLP', () => {
    const stack = stackOf({});
    expect(stack.components.map(({ name }) => name)).to.have.members([
      ...['web-sidecar', 'web-2-sidecar', 'prometheus', 'alertmanager', 'web', 'web-2', 'stock'],
    ]);
    expect(named(stack, 'web-2')).to.deep.include({
      program: { kind: 'command', file: 'web', directory: '/mine/bin' },
      args: ['{port:8080}'],
      ready: { kind: 'log', port: 8080, line: 'listening' },
      after: ['stock', 'web-2-sidecar'],
      config: 'app',
    });
    expect(named(stack, 'web-2')?.env).to.include({
      OTEL_SERVICE_NAME: 'web',
      OTEL_RESOURCE_ATTRIBUTES: 'service.instance.id=web-2,team=web',
    });
    expect(targetsIn(stack)).to.deep.include({
      services: ['web', 'web-2', 'stock'],
      databases: [],
      links: [],
    });
  });

  it('has the Collectors of the user, in the place of one beside each instance that sends to them', () => {
    const stack = stackOf({}, { ports: [4317, 8889] });
    const names = stack.components.map(({ name }) => name);
    expect(names).to.have.members([...['hub', 'prometheus', 'alertmanager', 'web', 'web-2', 'stock']]);
    // Stopped in reverse order: senders of telemetry before its receivers.
    expect(names.indexOf('hub')).to.be.lessThan(names.indexOf('web'));
    expect(named(stack, 'hub')).to.deep.include({
      config: 'collector/hub.yaml',
      args: ['--config=yaml:service::telemetry::metrics::level: none', '--config={config}/hub.yaml'],
      ready: { kind: 'tcp', port: 4317 },
      after: ['stock'],
    });
    expect(named(stack, 'web-2')?.after).to.deep.equal(['stock', 'hub']);
    expect(named(stack, 'web-2')?.env).to.include({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://hub:4317',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    });
    expect(targetsIn(stack)).to.deep.include({ services: ['web', 'web-2', 'stock'] });
    expect(targetsIn(stack).components).to.include('hub');
    expect(named(stackOf({}, { ports: [4317, 4318] }), 'web')?.env).to.include({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://hub:4318',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    });
  });

  it('has no Alertmanager, where the monitoring has no file of it', () => {
    const services = { web: { command: ['web'], ports: [80], ready: { tcp: 80 } } };
    const system = parseSystem({ name: 'a', services }, '/mine/firedrill.yaml', within('firedrill.yaml'));
    const parts = (has: Pick<typeof system, 'hasAlertmanager' | 'hasGrafana'>) =>
      systemStack({ ...system, ...has }, { ...prometheusFlags, receivesWrites: false }).components.map(
        ({ name }) => name,
      );
    expect(parts({ hasAlertmanager: true, hasGrafana: false })).to.have.members([
      ...['prometheus', 'alertmanager', 'web'],
    ]);
    expect(parts({ hasAlertmanager: false, hasGrafana: true })).to.have.members([
      ...['loki', 'tempo', 'prometheus', 'gateway', 'grafana', 'web'],
    ]);
  });

  it('has a Collector that tails the log files of each instance, wherever these are', () => {
    const ready = { tcp: 80 };
    const stackWith = (web: object) =>
      systemStack(
        parseSystem(
          {
            name: 'a',
            services: { web: { ports: [80], ready, ...web } },
          },
          '/mine/firedrill.yaml',
          within('firedrill.yaml'),
        ),
        { ...prometheusFlags, receivesWrites: false },
      );
    const commands = stackWith({
      ...{ command: ['web'], directory: 'bin', instances: 2, logs: ['{data}/a.log', '{data}/b-*.log'] },
    });
    expect(commands.config).to.deep.equal(['config-log-files']);
    expect(named(commands, 'web-2')?.after).to.deep.equal(['web-2-logs']);
    expect(named(commands, 'web-2')?.shared).to.deep.equal([]);
    expect(named(commands, 'web-2-logs')).to.deep.include({
      config: 'collector/log-files.yaml',
      env: {
        FIREDRILL_LOG_FILES: '["{data:web-2}/a.log","{data:web-2}/b-*.log"]',
        FIREDRILL_SERVICE: 'web',
        FIREDRILL_INSTANCE: 'web-2',
      },
    });
    const alone = stackWith({ command: ['web'], directory: 'bin', logs: ['log/a.log', '/log/b.log'] });
    expect(named(alone, 'web-logs')?.env.FIREDRILL_LOG_FILES).to.equal(
      '["/mine/bin/log/a.log","/log/b.log"]',
    );
    const images = stackWith({ image: 'web:1', logs: ['/var/log/a.log', '/var/log/b.log', '/data/c.log'] });
    const shared = [
      { name: 'web-logs-1', path: '/var/log' },
      { name: 'web-logs-2', path: '/data' },
    ];
    expect(named(images, 'web')?.shared).to.deep.equal(shared);
    expect(named(images, 'web-logs')?.shared).to.deep.equal(
      shared.map((folder) => ({ ...folder, isReadOnly: true })),
    );
    expect(named(images, 'web-logs')?.isRoot).to.equal(true);
    expect(named(commands, 'web-2-logs')?.isRoot).to.equal(false);
    expect(stackWith({ command: ['web'] }).config).to.deep.equal([]);
  });

  it('is ready when a command of the service tells so', () => {
    const ready = { command: ['check', '{port:8080}'] };
    const web = { command: ['web'], ports: [8080], ready };
    const input = { name: 'hello', services: { web } };
    const system = parseSystem(input, '/mine/firedrill.yaml', within('firedrill.yaml'));
    const stack = systemStack(system, { ...prometheusFlags, receivesWrites: false });
    expect(named(stack, 'web')?.ready).to.deep.equal({ kind: 'command', port: 8080, ...ready });
  });

  it('leads a link through the network proxy, and a link of HTTP through the link proxy before it', () => {
    const tcp = stackOf({ a: { from: 'web', variable: 'STOCK_URL' } });
    expect(named(tcp, 'web')?.env).to.include({
      STOCK_URL: 'http://toxiproxy:22001/v1',
      OTHER: 'stock:9000',
    });
    expect(tcp.made).to.deep.equal({
      'toxiproxy/proxies.json':
        '[{"name":"a","listen":"localhost:22001","upstream":"stock:9000","enabled":true}]',
    });
    expect(named(tcp, 'link-proxy')).to.equal(undefined);
    expect(named(tcp, 'web')?.after).to.include('toxiproxy');

    const http = stackOf({ a: { from: 'web', variable: 'STOCK_URL', protocol: 'http' } });
    expect(named(http, 'web')?.env.STOCK_URL).to.equal('http://link-proxy:22001/v1');
    // Both proxies start at once, and the service after both.
    expect(named(http, 'web')?.after).to.include.members(['link-proxy', 'toxiproxy']);
    expect(named(http, 'link-proxy')?.after).to.deep.equal([]);
    expect(named(http, 'link-proxy')?.args).to.include('--link=a,localhost:22001,toxiproxy:22001');
    expect(targetsIn(http)).to.deep.include({ services: ['web', 'web-2', 'stock'], links: ['a'] });
  });

  it('has a Postgres of firedrill, as a database with a user of its own', () => {
    const web = { command: ['web'], ports: [80], ready: { tcp: 80 }, after: ['db'] };
    const services = { web, db: { postgres: { user: 'app' } }, other: { postgres: {} } };
    const system = parseSystem({ name: 'a', services }, '/mine/firedrill.yaml', within('firedrill.yaml'));
    const stack = systemStack(system, { ...prometheusFlags, receivesWrites: false });
    expect(named(stack, 'db')).to.deep.include({
      pod: 'db',
      program: { kind: 'postgres', user: 'app' },
      ports: [5432],
    });
    expect(named(stack, 'other')?.program).to.deep.equal({ kind: 'postgres', user: 'postgres' });
    expect(targetsIn(stack)).to.deep.include({ services: ['web'], databases: ['db', 'other'] });
  });

  it('has the images that the user chose for the monitoring', () => {
    const services = { web: { image: 'web:1', ports: [80], ready: { tcp: 80 }, telemetry: 'otlp' } };
    const input = { name: 'a', services, images: { prometheus: 'mine/prometheus:4' } };
    const stack = systemStack(parseSystem(input, '/mine/firedrill.yaml', within('firedrill.yaml')), {
      ...prometheusFlags,
      receivesWrites: false,
    });
    expect(named(stack, 'prometheus')?.image).to.include({ reference: 'mine/prometheus:4', isChosen: true });
    expect(named(stack, 'web-sidecar')?.image).not.to.have.property('isChosen');
  });

  it('leads a link of a Collector through the network proxy', () => {
    const services = { web: { command: ['web'], ports: [80], ready: { tcp: 80 } } };
    const collectors = { hub: { config: 'collector/hub.yaml', ports: [4318] } };
    const links = { a: { from: 'hub', to: 'loki:3100' }, b: { from: 'hub', to: 'web:80', protocol: 'http' } };
    const input = { name: 'a', services, collectors, links };
    const system = parseSystem(input, '/mine/firedrill.yaml', within('firedrill.yaml'));
    const stack = systemStack({ ...system, hasGrafana: true }, { ...prometheusFlags, receivesWrites: false });
    expect(named(stack, 'hub')).to.deep.include({
      redirects: { 'loki:3100': 'toxiproxy:22001', 'web:80': 'link-proxy:22002' },
      after: ['toxiproxy', 'link-proxy'],
    });
    expect(stack.made?.['toxiproxy/proxies.json']).to.include('"upstream":"loki:3100"');
  });

  it('has services that run from images, as they are or with another program', () => {
    const ready = { tcp: 80 };
    const stack = systemStack(
      parseSystem(
        {
          name: 'images',
          services: {
            web: {
              ...{ image: 'web:1', command: ['-v', '{port:80}'], ports: [80], ready },
              limits: { memory: '64m', cpus: 0.5 },
            },
            api: { compose: 'API', instances: 2, ready, telemetry: 'otlp' },
          },
        },
        '/mine/firedrill.yaml',
        within('firedrill.yaml'),
        new Map([
          [
            'API',
            {
              ...{
                image: 'api:1',
                entrypoint: ['/api'],
                user: '7',
                env: { A: 'b' },
                ports: [80],
                dependsOn: [],
              },
              ...{ files: [{ from: '/a', to: '/b' }], problems: [], notes: [] },
              whereOf: within('compose.yaml'),
            },
          ],
        ]),
      ),
      { ...prometheusFlags, receivesWrites: false },
    );
    expect(named(stack, 'web')).to.deep.include({
      program: { kind: 'image', reference: 'web:1', files: [] },
      args: ['-v', '{port:80}'],
      limits: { memoryMiB: 64, cpus: 0.5 },
    });
    expect(named(stack, 'api')).not.to.have.property('limits');
    const program = { kind: 'image', reference: 'api:1', entrypoint: ['/api'], user: '7' };
    expect(named(stack, 'api')).to.deep.include({
      program: { ...program, files: [{ from: '/a', to: '/b' }] },
      args: [],
      alias: 'API',
    });
    expect(named(stack, 'api-2')).not.to.have.property('alias');
    expect(targetsIn(stack).services).to.deep.equal(['web', 'api', 'api-2']);
  });
});
