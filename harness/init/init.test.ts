import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { FiredrillError } from '../../core/errors.ts';
import { readSystemFile } from '../command/system-file.ts';
import { initSystem } from './init.ts';

const repository: Readonly<Record<string, string>> = {
  'docker-compose.yml': `
services:
  order_api:
    build: .
    ports: ["127.0.0.1:80:8080"]
    depends_on: [db]
    environment:
      OTEL_EXPORTER_OTLP_ENDPOINT: http://collector:4317
      OTEL_RESOURCE_ATTRIBUTES: team=orders
  cache: { image: "redis:8", expose: ["6379"] }
  db: { image: "postgres:17", expose: ["5432"] }
  prometheus: { image: "prom/prometheus:v3", ports: ["9090:9090"] }
  collector: { image: "registry.example/otel/opentelemetry-collector-contrib" }
  blackbox: { image: "prom/blackbox-exporter:v0.27.0", ports: ["9115:9115"] }
`,
  'ops/prometheus/prometheus.yml': 'scrape_configs: [{ job_name: api }]\n',
  'ops/prometheus/rules/api.yml': `
groups:
  - name: api
    rules:
      - alert: APIDown
        expr: up{job="api"} == 0
        for: 2m
        labels: { severity: page, instance: "{{ $labels.instance }}" }
      - alert: ProbeFails
        expr: avg_over_time(up[5m]) < 0.5 or probe_success == 0
      - alert: OrdersFail
        expr: rate(errors_total[5m]) > 1
        for: 10m
        labels: { severity: ticket }
      - record: errors:rate5m
        expr: rate(errors_total[5m])
`,
  'ops/alertmanager/alertmanager.yml': `
route:
  receiver: mail
  routes: [{ matchers: [severity = page], receiver: oncall }]
receivers:
  - { name: mail, email_configs: [{ to: team@example.com }] }
  - { name: oncall, pagerduty_configs: [{ routing_key: x }] }
`,
  'load/orders.js': "import http from 'k6/http';\n",
  'chart/templates/broken.yaml': '{{- if .Values.on }}\na: [\n',
  'node_modules/other/rules.yml': 'groups: [{ name: x, rules: [{ alert: NotOurs, expr: up }] }]\n',
};

describe('firedrill init', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'firedrill-init-'));
    for (const [path, text] of Object.entries(repository)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
  });
  afterEach(() => rm(folder, { recursive: true }));
  const read = (path: string) => readFile(join(folder, path), 'utf8');

  it('writes a system with the services, the monitoring and the k6 scripts that it found', async () => {
    const { written } = await initSystem(folder);
    expect(written).to.have.members([
      'firedrill.yaml',
      'scenarios/api-down.yaml',
      'scenarios/orders-fail.yaml',
      'scenarios/probe-fails.yaml',
    ]);
    const text = await read('firedrill.yaml');
    const system = parse(text);
    expect(Object.keys(system.services)).to.deep.equal(['order-api', 'cache', 'db', 'blackbox']);
    expect(system.services['order-api']).to.deep.include({
      command: ['TODO'],
      ports: [8080],
      ready: { tcp: 8080 },
      after: ['db'],
      telemetry: 'otlp',
      env: { HOST: '{host}', PORT: '{port:8080}', OTEL_RESOURCE_ATTRIBUTES: 'team=orders' },
    });
    expect(system.services.cache.ports).to.deep.equal([6379]);
    expect(system.services.cache).not.to.have.property('telemetry');
    expect(system.services.db).to.deep.equal({ postgres: { user: 'postgres' } });
    expect(system.monitoring).to.equal('ops');
    expect(text).to.include('it runs from the image redis:8').and.include('the requests of load/orders.js');
    expect(text).to.match(/^# yaml-language-server: \$schema=.*firedrill\.schema\.json$/m);
  });

  it('takes the services of a compose file where all of them have images', async () => {
    const compose = repository['docker-compose.yml'] ?? '';
    await writeFile(join(folder, 'docker-compose.yml'), compose.replace('build: .', 'image: "api:1"'));
    await initSystem(folder);
    const system = parse(await read('firedrill.yaml'));
    expect(system.compose).to.equal('docker-compose.yml');
    expect(system.services).to.deep.equal({
      'order-api': {
        ...{ compose: 'order_api', ready: { tcp: 8080 }, telemetry: 'otlp' },
        env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4317' },
      },
      cache: { compose: 'cache', ready: { tcp: 6379 } },
      db: { compose: 'db', ready: { tcp: 5432 } },
      blackbox: { compose: 'blackbox', ready: { tcp: 9115 } },
    });
    // It is a system as it is.
    const { services } = await readSystemFile(join(folder, 'firedrill.yaml'));
    expect(services['order-api']).to.deep.include({ ports: [8080], after: ['db'] });
  });

  it('writes a scenario for each alert, with its receiver, labels and times', async () => {
    await initSystem(folder);
    const down = parse(await read('scenarios/api-down.yaml'));
    expect(down.fault).to.deep.include({ kind: 'kill-instance', params: { pod: 'order-api' } });
    expect(down.fault.telemetry).to.deep.equal({ signal: 'query', query: 'up{job="api"} == 0' });
    const probe = parse(await read('scenarios/probe-fails.yaml'));
    expect(probe.fault.telemetry.query).to.equal('probe_success == 0');
    expect(down.expectations).to.deep.equal([
      {
        kind: 'page',
        alert: 'APIDown',
        receiver: 'pagerduty',
        within: '4m',
        labels: { severity: 'page' },
        resolvedWithin: '7m',
      },
    ]);
    const text = await read('scenarios/orders-fail.yaml');
    const orders = parse(text);
    expect(orders.load.warmUp).to.equal('5m');
    expect(orders.fault.kind).to.equal('TODO');
    expect(orders.expectations[0].receiver).to.equal('email');
    expect(orders.expectations[0].within).to.equal('17m');
    expect(text).to.include('#   rate(errors_total[5m]) > 1').and.include('ops/prometheus/rules/api.yml');
  });

  it('changes nothing that is there', async () => {
    await mkdir(join(folder, 'scenarios'));
    await writeFile(join(folder, 'scenarios', 'api-down.yaml'), 'mine');
    expect((await initSystem(folder)).kept).to.deep.equal(['scenarios/api-down.yaml']);
    expect(await read('scenarios/api-down.yaml')).to.equal('mine');
    const error = await initSystem(folder).catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(FiredrillError);
    expect(String(error)).to.include('firedrill.yaml').and.include('is there already');
  });

  it('writes a system to fill in for an empty folder', async () => {
    await rm(folder, { recursive: true });
    await mkdir(folder);
    expect((await initSystem(folder)).written).to.deep.equal(['firedrill.yaml']);
    expect(await readdir(folder)).to.deep.equal(['firedrill.yaml']);
    const system = parse(await read('firedrill.yaml'));
    expect(system.services.web.ports).to.deep.equal([8080]);
    expect(system.journeys.home).to.deep.equal({ service: 'web', path: '/' });
  });
});
