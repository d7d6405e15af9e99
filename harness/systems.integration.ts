import { expect } from 'chai';
import { cacheDirOf } from '../stacks/toolchain/cache-dir.ts';
import { toolsAtHand } from '../stacks/toolchain/toolchain.ts';
import type { CliCommand } from './testing/cli.ts';
import { drillsInCheckout, wordsOf } from './testing/documented-commands.ts';
import { drillOf, expectHeld, filesOfExample } from './testing/example-hello.ts';
import { expectFailed, expectRefusal, expectUnjudged } from './testing/expect-outcome.ts';
import { overlappingCommands } from './testing/overlapping-commands.ts';

/**
 * The example with a Grafana of its own, whose rule on the same requests pages Slack.
 *
 * @param alone whether the monitoring has no Alertmanager.
 */
async function withGrafana(threshold: number, alone = false): Promise<CliCommand> {
  const { args, files = {} } = await drillOf('stock-fails', {
    'scenarios/stock-fails.yaml': [
      ['alert: OrdersFail\n', 'alert: Orders of Grafana\n'],
      ['receiver: pagerduty', 'receiver: slack'],
      ['labels: { severity: page, team: web, job: web }', 'labels: { severity: page, team: web }'],
      ['within: 5m', 'within: 10m'],
    ],
  });
  const query = 'sum(rate(web_requests_total{path="/order",status=~"5.."}[1m])) or vector(0)';
  const provisioned = (name: string, contents: object) => [
    `monitoring/grafana/provisioning/${name}.yaml`,
    JSON.stringify({ apiVersion: 1, ...contents }),
  ];
  const rule = {
    uid: 'orders',
    title: 'Orders of Grafana',
    condition: 'C',
    for: '1m',
    noDataState: 'OK',
    execErrState: 'Error',
    labels: { severity: 'page', team: 'web' },
    annotations: { summary: 'Orders fail', runbook: 'https://wiki.example/runbooks/web/orders-fail' },
    data: [
      {
        refId: 'A',
        datasourceUid: 'prom',
        relativeTimeRange: { from: 300, to: 0 },
        model: { refId: 'A', instant: true, expr: query },
      },
      {
        refId: 'B',
        datasourceUid: '__expr__',
        model: { refId: 'B', type: 'reduce', reducer: 'last', expression: 'A' },
      },
      {
        refId: 'C',
        datasourceUid: '__expr__',
        model: {
          refId: 'C',
          type: 'threshold',
          expression: 'B',
          conditions: [{ evaluator: { type: 'gt', params: [threshold] } }],
        },
      },
    ],
  };
  const { 'monitoring/alertmanager/alertmanager.yml': _, ...others } = files;
  const settings = 'monitoring/prometheus/prometheus.yml';
  const withoutAlertmanager = {
    ...others,
    [settings]: (files[settings] ?? '').replace(/^alerting:\n(?: .*\n)*/m, ''),
  };
  return {
    args,
    files: {
      ...(alone ? withoutAlertmanager : files),
      // Prometheus has no rule on the same requests.
      'monitoring/prometheus/rules/web.yml': (files['monitoring/prometheus/rules/web.yml'] ?? '').replace(
        /^ {6}- alert: OrdersFail[\s\S]*/m,
        '',
      ),
      ...Object.fromEntries([
        provisioned('datasources/prometheus', {
          datasources: [
            {
              name: 'Prometheus',
              uid: 'prom',
              type: 'prometheus',
              access: 'proxy',
              url: 'http://prometheus:9090',
            },
          ],
        }),
        provisioned('alerting/rules', {
          groups: [{ orgId: 1, name: 'web', folder: 'web', interval: '1m', rules: [rule] }],
        }),
        provisioned('alerting/contact-points', {
          contactPoints: [
            {
              orgId: 1,
              name: 'slack',
              receivers: [
                {
                  uid: 'slack',
                  type: 'slack',
                  settings: {
                    url: 'https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX',
                    text: '{{ range .Alerts }}{{ .Annotations.summary }} {{ .Annotations.runbook }} severity={{ .Labels.severity }} team={{ .Labels.team }}\n{{ end }}',
                  },
                },
              ],
            },
          ],
        }),
        provisioned('alerting/policies', {
          policies: [
            { orgId: 1, receiver: 'slack', group_by: ['alertname'], group_wait: '10s', group_interval: '1m' },
          ],
        }),
      ]),
    },
  };
}

const journeys = /^journeys:[\s\S]*/m;

/** The example with a k6 script of the user in the place of its journeys. */
async function withScript(url: string, tag: string): Promise<CliCommand> {
  const { args, files = {} } = await drillOf('stock-fails');
  const load = `load:\n  script: load.js\n  journeys: [greet, order]\n  env: { WEB: "${url}" }\n`;
  const each = (name: string, perSecond: number) =>
    `${name}: { executor: 'constant-arrival-rate', rate: ${perSecond}, timeUnit: '1s', duration: __ENV.DURATION,
      preAllocatedVUs: 10, exec: '${name}' },`;
  return {
    args,
    files: {
      ...files,
      'firedrill.yaml': (files['firedrill.yaml'] ?? '').replace(journeys, () => load),
      'load.js': `import http from 'k6/http';
export const options = { scenarios: { ${each('greet', 4)} ${each('order', 8)} } };
export const greet = () => http.get(__ENV.WEB + '/greet', { tags: { ${tag}: 'greet' } });
export const order = () => http.post(__ENV.WEB + '/order', '{}', { tags: { ${tag}: 'order' } });
`,
    },
  };
}

/**
 * A service that sends its counters by OTLP to the Collector beside it. It needs no library, so it says what it sends:
 * https://opentelemetry.io/docs/specs/otlp/#otlphttp
 */
const sendsOtlp = (endpoint: string) => `
import { createServer } from 'node:http';
const [host, port] = process.argv.slice(2);
let failing = false;
const counts = { 200: 0, 500: 0 };
createServer((request, response) => {
  if (request.url === '/ready') return response.end();
  if (request.url === '/fail') { failing = request.method === 'PUT'; return response.end(); }
  const status = failing ? 500 : 200;
  counts[status] += 1;
  response.writeHead(status).end();
}).listen(Number(port), host);
const attribute = (key, value) => ({ key, value: { stringValue: String(value) } });
const start = Date.now() * 1e6;
setInterval(() => {
  const dataPoints = Object.entries(counts).map(([status, asInt]) => ({
    asInt: String(asInt), startTimeUnixNano: String(start), timeUnixNano: String(Date.now() * 1e6),
    attributes: [attribute('status', status)],
  }));
  const metrics = [{ name: 'web.requests', sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints } }];
  const [, instance = ''] = /service\\.instance\\.id=([^,]+)/.exec(process.env.OTEL_RESOURCE_ATTRIBUTES ?? '') ?? [];
  const attributes = [attribute('service.name', process.env.OTEL_SERVICE_NAME), attribute('service.instance.id', instance)];
  fetch(${endpoint} + '/v1/metrics', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceMetrics: [{ resource: { attributes }, scopeMetrics: [{ metrics }] }] }),
  }).catch(() => {});
}, Number(process.env.OTEL_METRIC_EXPORT_INTERVAL ?? 1000));
`;

/** A system whose service sends OTLP, with an alert on its metrics. */
async function withOtlp(endpoint: string): Promise<CliCommand> {
  const files = await filesOfExample();
  const scenario = {
    name: 'web-fails',
    title: 'Every request fails',
    summary: 'web answers 500; WebFails must page',
    load: { rates: { greet: 8 }, warmUp: '2m' },
    quietFor: '1m',
    fault: {
      kind: 'http-call',
      params: {
        breaks: 'web answers 500',
        inject: { method: 'PUT', pod: 'web', port: 8080, path: '/fail' },
        revert: { method: 'DELETE', pod: 'web', port: 8080, path: '/fail' },
      },
      hits: { journey: 'greet', status: [500] },
      telemetry: { signal: 'metric', metric: 'otel_web_requests_total', labels: { status: '500' } },
      atLeast: 10,
    },
    expectations: [
      {
        kind: 'page',
        alert: 'WebFails',
        receiver: 'pagerduty',
        within: '5m',
        labels: { severity: 'page', job: 'web' },
        resolvedWithin: '10m',
      },
    ],
    settleFor: '1m',
  };
  const rule = {
    alert: 'WebFails',
    expr: 'sum by (job) (rate(otel_web_requests_total{status="500"}[1m])) > 1',
    for: '1m',
    labels: { severity: 'page' },
    annotations: { summary: 'Requests fail', runbook: 'https://wiki.example/runbooks/web/orders-fail' },
  };
  return {
    args: ['{dir}/scenarios/web-fails.json'],
    files: {
      'web.mjs': sendsOtlp(endpoint),
      'scenarios/web-fails.json': JSON.stringify(scenario),
      'runbooks/web/orders-fail.md': files['runbooks/web/orders-fail.md'] ?? '',
      'monitoring/alertmanager/alertmanager.yml': files['monitoring/alertmanager/alertmanager.yml'] ?? '',
      'monitoring/prometheus/rules/web.yml': JSON.stringify({ groups: [{ name: 'web', rules: [rule] }] }),
      'monitoring/prometheus/prometheus.yml': JSON.stringify({
        global: { scrape_interval: '15s', evaluation_interval: '15s' },
        rule_files: ['rules/*.yml'],
        alerting: { alertmanagers: [{ static_configs: [{ targets: ['alertmanager:9093'] }] }] },
        scrape_configs: [
          { job_name: 'collectors', honor_labels: true, static_configs: [{ targets: ['web:8889'] }] },
        ],
      }),
      'firedrill.yaml': JSON.stringify({
        name: 'otlp',
        services: {
          web: {
            command: ['node', 'web.mjs', '{host}', '{port:8080}'],
            ports: [8080],
            ready: { http: '/ready' },
            telemetry: 'otlp',
          },
        },
        runbooks: { links: 'https://wiki.example/runbooks/', folder: 'runbooks' },
        journeys: { greet: { service: 'web', path: '/greet' } },
      }),
    },
  };
}

/** The same system with a Collector of the user in the place of the one beside the service. The fault kills it. */
async function withCollector(
  receivers: readonly string[],
  config = 'collector/hub.yaml',
): Promise<CliCommand> {
  const { files = {} } = await withOtlp('process.env.OTEL_EXPORTER_OTLP_ENDPOINT');
  const hub = {
    receivers: {
      ...Object.fromEntries(receivers.map((name) => [name, {}])),
      otlp: { protocols: { http: { endpoint: '0.0.0.0:4318' } } },
    },
    exporters: { prometheus: { endpoint: '0.0.0.0:8889', namespace: 'otel' } },
    service: { pipelines: { metrics: { receivers: ['otlp', ...receivers], exporters: ['prometheus'] } } },
  };
  const scenario = {
    name: 'hub-down',
    title: 'The Collector is killed',
    summary: 'no metric of web arrives any more; HubDown must page',
    load: { rates: { greet: 8 }, warmUp: '1m' },
    quietFor: '1m',
    fault: {
      kind: 'kill-component',
      params: { component: 'hub' },
      // The Collector is gone, and it did have what the service sends.
      telemetry: {
        signal: 'query',
        query: 'up{job="collectors"} == 0 and on () count(last_over_time(otel_web_requests_total[1m]))',
      },
      atLeast: 1,
    },
    expectations: [
      {
        kind: 'page',
        alert: 'HubDown',
        receiver: 'pagerduty',
        within: '5m',
        labels: { severity: 'page', job: 'collectors' },
        resolvedWithin: '10m',
      },
    ],
    settleFor: '1m',
  };
  const rule = {
    alert: 'HubDown',
    expr: 'up{job="collectors"} == 0',
    for: '1m',
    labels: { severity: 'page' },
    annotations: {
      summary: 'The Collector cannot be scraped',
      runbook: 'https://wiki.example/runbooks/web/orders-fail',
    },
  };
  const { 'scenarios/web-fails.json': _, ...others } = files;
  return {
    args: ['{dir}/scenarios/hub-down.json'],
    files: {
      ...others,
      'scenarios/hub-down.json': JSON.stringify(scenario),
      'monitoring/collector/hub.yaml': JSON.stringify(hub),
      'monitoring/prometheus/rules/web.yml': JSON.stringify({ groups: [{ name: 'hub', rules: [rule] }] }),
      'monitoring/prometheus/prometheus.yml': (files['monitoring/prometheus/prometheus.yml'] ?? '').replace(
        'web:8889',
        'hub:8889',
      ),
      'firedrill.yaml': (files['firedrill.yaml'] ?? '')
        .replace('"telemetry":"otlp"', '"telemetry":"otlp","collector":"hub"')
        .replace('{', `{"collectors":{"hub":{"config":"${config}","ports":[4318,8889]}},`),
    },
  };
}

/** The version that a Prometheus of the user tells. */
const ownVersion = '3.99.1';

/** The same under a Prometheus of the user, which is firedrill's with another version. */
async function withOwnPrometheus({ args, files = {} }: CliCommand): Promise<CliCommand> {
  const options = {
    cacheDir: cacheDirOf(process.env),
    env: process.env,
    signal: new AbortController().signal,
  };
  const path = (await toolsAtHand(['prometheus'], options)).get('prometheus');
  const system = JSON.parse(files['firedrill.yaml'] ?? '') as object;
  return {
    args,
    files: {
      ...files,
      'firedrill.yaml': JSON.stringify({ ...system, versions: { prometheus: { binary: 'bin/prometheus' } } }),
      'bin/prometheus': `#!/bin/sh
if [ "$1" = --version ]; then echo 'prometheus, version ${ownVersion}'; else exec ${path} "$@"; fi
`,
    },
  };
}

/** Drills of a system that is not the project's, described by its file. */
describe('a drill of a system of the user', () => {
  const command = overlappingCommands();

  for (const documented of drillsInCheckout)
    command(
      `${documented} holds`,
      () => ({ args: wordsOf(documented)[1].slice('run scenario'.split(' ').length) }),
      (ended) => {
        expectHeld(ended);
        const [alert] = ended.kept?.record.evidence?.alerts ?? [];
        const reached = alert?.hops.filter(({ at }) => at !== undefined).map(({ name }) => name);
        expect(reached).to.include.members([
          'telemetry exported',
          'sample stored',
          'firing',
          'page received',
        ]);
      },
    );

  command(
    'holds without any load, where the telemetry proves the fault',
    () =>
      drillOf('web-down', {
        'scenarios/web-down.yaml': [
          ['rates: { greet: 5, order: 2 }', 'rates: {}'],
          ['  hits: { journey: greet, status: [0] }\n', ''],
          ['atLeast: 3', 'atLeast: 1'],
        ],
      }),
    expectHeld,
  );

  command('holds with a k6 script of the user', () => withScript('http://web:8080', 'name'), expectHeld);

  command(
    'is broken where the script names no journeys in the tag that is read',
    () => withScript('http://web:8080', 'journey'),
    (ended) => {
      expect(expectUnjudged(ended, 'broken', 'warm up')).to.match(
        /no load yet, or no answer, on greet, order/,
      );
    },
  );

  command(
    'sends no request to another machine',
    () => withScript('http://192.0.2.1:80', 'name'),
    (ended) => {
      // k6 refuses the address, so that no request is answered.
      expect(expectUnjudged(ended, 'broken', 'warm up')).to.match(
        /no load yet, or no answer, on greet, order/,
      );
    },
  );

  command(
    'holds where the service sends OTLP to a Collector of its own, under a Prometheus of the user',
    async () => withOwnPrometheus(await withOtlp('process.env.OTEL_EXPORTER_OTLP_ENDPOINT')),
    (ended) => {
      expectHeld(ended);
      const { components = [] } = ended.kept?.record.stack ?? {};
      expect(components.find(({ name }) => name === 'prometheus')?.version).to.equal(ownVersion);
    },
  );

  command(
    'fails where the service does not heed the address of its Collector: no metric of it exists',
    () => withOtlp("'http://127.0.0.1:9'"),
    (ended) => {
      const failed = expectFailed(
        ended,
        ...['arrives', 'labels', 'says', 'runbook', 'stays', 'resolved'].map(
          (check) => `WebFails@pagerduty/${check}`,
        ),
      );
      const [first] = failed.values();
      expect(first?.autopsy).to.include({ cause: 'a metric that the rule reads does not exist' });
      expect(first?.autopsy?.evidence.join('\n')).to.include('nearest existing metrics: none');
    },
  );

  command(
    'holds where the service sends OTLP to a Collector of the user, which is killed',
    () => withCollector([]),
    expectHeld,
  );

  command(
    'is refused where the Collector is built without what its file names',
    () => withCollector(['httpcheck']),
    (ended) => {
      expect(expectRefusal(ended, 2))
        .to.match(/monitoring\/collector\/hub\.yaml: otelcol refuses it:\n.*\n.*unknown type: "httpcheck"/)
        .and.to.match(/name one that has it, .* by FIREDRILL_OTELCOL/);
    },
  );

  command(
    'is refused where there is no file of a Collector',
    () => withCollector([], 'collector/hup.yaml'),
    (ended) => {
      expect(expectRefusal(ended, 2)).to.match(
        /firedrill\.yaml:1: collectors\.hub\.config: there is no file .*collector\/hup\.yaml/,
      );
    },
  );

  command(
    'holds with a Grafana of the user, where the monitoring has no Alertmanager',
    () => withGrafana(0.5, true),
    (ended) => {
      expectHeld(ended);
      const started = ended.kept?.record.stack.components.map(({ name }) => name);
      expect(started).to.include('grafana').and.not.include('alertmanager');
    },
  );

  command(
    'fails where the threshold of a Grafana of the user is out of reach',
    () => withGrafana(500),
    (ended) => {
      const [first] = expectFailed(
        ended,
        ...['arrives', 'labels', 'says', 'runbook', 'stays', 'resolved'].map(
          (check) => `Orders of Grafana@slack/${check}`,
        ),
      ).values();
      expect(first?.autopsy).to.include({ hop: 'expression true', cause: 'the threshold was never crossed' });
    },
  );

  command(
    'fails where the alert reads another status than the service counts',
    () =>
      drillOf('stock-fails', { 'monitoring/prometheus/rules/web.yml': [['status=~"5.."', 'status="500"']] }),
    (ended) => {
      const failed = expectFailed(
        ended,
        ...['arrives', 'labels', 'says', 'runbook', 'stays', 'resolved'].map(
          (check) => `OrdersFail@pagerduty/${check}`,
        ),
      );
      expect([...failed.values()][0]?.autopsy).to.include({ hop: 'expression true' });
    },
  );

  command(
    'is broken where the service does not read the variable of the link, so that the fault hits nothing',
    () =>
      drillOf('stock-fails', {
        'web.mjs': [['process.env.STOCK_URL', 'process.env.STOCK']],
        'firedrill.yaml': [
          [
            'env: { STOCK_URL: "http://stock:9000" }',
            'env: { STOCK_URL: "http://stock:9000", STOCK: "http://stock:9000" }',
          ],
        ],
      }),
    (ended) => {
      expect(expectUnjudged(ended, 'broken', 'prove fault'))
        .to.match(/10 requests of journey order .* no connection has reached the link web-to-stock/)
        .and.include('STOCK_URL of web');
    },
  );

  command(
    'is broken where a command ends at once, and shows what it printed',
    () =>
      drillOf('web-down', {
        'stock.mjs': [
          ['const [host, port]', "console.log('no stock today');\nprocess.exit(7);\nconst [host, port]"],
        ],
      }),
    (ended) => {
      const said = expectUnjudged(ended, 'broken', 'start stack');
      expect(said)
        .to.match(/stock ended by itself \(exit code 7\)/)
        .and.to.include('no stock today');
    },
  );

  command(
    'is broken where a program is not there',
    () => drillOf('web-down', { 'firedrill.yaml': [['[node, stock.mjs,', '[no-such-program, stock.mjs,']] }),
    (ended) => {
      expect(expectUnjudged(ended, 'broken', 'start stack')).to.match(/no-such-program/);
    },
  );

  command(
    'is refused with each fault of its file and of the scenario',
    () =>
      drillOf('stock-fails', {
        'firedrill.yaml': [['ready: { http: /ready }', 'ready: { http: /ready, port: 1 }']],
      }),
    (ended) => {
      expect(expectRefusal(ended, 2)).to.match(
        /firedrill\.yaml:\d+: services\.web\.ready\.port: 1 is not one of its ports/,
      );
    },
  );

  command(
    'is refused where the fault is put on a link that there is not',
    () =>
      drillOf('stock-fails', { 'scenarios/stock-fails.yaml': [['link: web-to-stock', 'link: web-to-stok']] }),
    (ended) => {
      expect(expectRefusal(ended, 2)).to.match(/the system has no link web-to-stok\n.*web-to-stock/);
    },
  );
});
