import { expect } from 'chai';
import type { CliCommand } from './testing/cli.ts';
import { expectFailed, expectUnjudged } from './testing/expect-outcome.ts';
import { overlappingCommands } from './testing/overlapping-commands.ts';

/**
 * The service of the system. It counts its requests, and the slow ones among them; it fails as long as the file `fails`
 * says so, or its database does.
 */
const service = `
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import pg from '${import.meta.resolve('pg')}';
const [host, port] = process.argv.slice(2);
const counts = new Map();
let limit = readFileSync('limit', 'utf8');
process.on('SIGHUP', () => { limit = readFileSync('limit', 'utf8'); });
const database = process.env.DATABASE_URL && new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 4 });
database?.on('error', () => {});
// Two instances may begin it at once.
await database?.query('CREATE TABLE IF NOT EXISTS items (name varchar(20))').catch(() => {});
const statusOf = async (path) => {
  if (existsSync('fails') || limit === 'none') return 503;
  if (path !== '/order' || !database) return 200;
  return await database.query("INSERT INTO items VALUES ('more than five')").then(() => 200, () => 503);
};
createServer(async (request, response) => {
  const { pathname: path } = new URL(request.url, 'http://web');
  if (path === '/ready') return response.end();
  if (path === '/metrics') {
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    const lines = [...counts].map(([series, count]) => series + ' ' + count + '\\n').join('');
    return response.end(lines);
  }
  const from = performance.now();
  // 5 ms of the processor: at least 0.2 s of a starved one.
  if (path === '/work') for (const start = process.cpuUsage(); process.cpuUsage(start).user < 5_000; );
  const count = (series) => counts.set(series, (counts.get(series) ?? 0) + 1);
  const status = await statusOf(path);
  count('web_requests_total{path="' + path + '",status="' + status + '"}');
  if (performance.now() - from > 200) count('web_slow_requests_total{path="' + path + '"}');
  response.writeHead(status).end('hello');
}).listen(Number(port), host);
process.on('SIGTERM', () => process.exit(0));
`;

/** How a fault shows, and an alert on it. */
interface Case {
  /** Kind, parameters, and the other keys of the fault. */
  readonly fault: Readonly<Record<string, unknown>> & { readonly kind: string };
  readonly rates?: Readonly<Record<string, number>>;
  readonly expr: string;
  /** Default 1m. */
  readonly for?: string;
  /** What is changed in the alert, so that it cannot see the fault. */
  readonly broken: readonly [from: string, to: string];
  readonly labels?: Readonly<Record<string, string>>;
  /** Services and links beside `web`, and more of `web`. */
  readonly web?: Readonly<Record<string, unknown>>;
  readonly system?: Readonly<Record<string, unknown>>;
  readonly services?: Readonly<Record<string, unknown>>;
}

const failing = {
  expr: 'sum by (job) (rate(web_requests_total{status="503"}[1m])) > 0.5',
  broken: ['status="503"', 'status="500"'],
  labels: { job: 'web' },
} as const;
const failingIn = (journey: string) => ({
  hits: { journey, status: [503] },
  telemetry: {
    signal: 'metric',
    metric: 'web_requests_total',
    labels: { path: `/${journey}`, status: '503' },
  },
  atLeast: 5,
});
const shownBy = (query: string) => ({ telemetry: { signal: 'query', query }, atLeast: 1 });

const isDown = {
  expr: 'up{job="web"} == 0',
  broken: ['job="web"', 'job="wbe"'],
  labels: { instance: 'web-2' },
} as const;
const restarted = 'resets(web_requests_total[4m]) > 0';
const collectorIsDown = {
  web: { telemetry: 'otlp' },
  expr: 'up{job="collectors"} == 0',
  broken: ['job="collectors"', 'job="collector"'],
  labels: { job: 'collectors' },
} as const;
/** The services send to a Collector of the user, which stands by itself. */
const hubIsDown = {
  ...collectorIsDown,
  web: { telemetry: 'otlp', collector: 'hub' },
  system: { collectors: { hub: { config: 'collector/hub.yaml', ports: [4318, 8889] } } },
} as const;
const hub = {
  receivers: { otlp: { protocols: { http: { endpoint: '0.0.0.0:4318' } } } },
  exporters: { prometheus: { endpoint: '0.0.0.0:8889' } },
  service: { pipelines: { metrics: { receivers: ['otlp'], exporters: ['prometheus'] } } },
};
const withDatabase = {
  services: {
    db: { postgres: { user: 'app' } },
  },
  web: { env: { DATABASE_URL: 'postgres://app:{secret}@db:5432/postgres' }, after: ['db'] },
  system: { links: { 'web-to-db': { from: 'web', variable: 'DATABASE_URL' } } },
  rates: { order: 8 },
};

const cases: Record<string, Case> = {
  'kill-instance': {
    ...isDown,
    fault: {
      kind: 'kill-instance',
      params: { pod: 'web-2' },
      hits: { journey: 'greet', status: [0] },
      ...shownBy('up{job="web",instance="web-2"} == 0'),
    },
  },
  'pause-instance': {
    ...isDown,
    // Each request to it takes as long as k6 waits.
    rates: { greet: 2 },
    fault: {
      kind: 'pause-instance',
      params: { pod: 'web-2' },
      hits: { journey: 'greet', status: [0] },
      ...shownBy('up{job="web",instance="web-2"} == 0'),
    },
  },
  'rolling-restart': {
    expr: restarted,
    for: '0s',
    broken: ['web_requests', 'web_request'],
    labels: { instance: 'web-1' },
    fault: {
      kind: 'rolling-restart',
      params: { pods: ['web'] },
      lasts: '1m',
      ...shownBy(restarted),
    },
  },
  'a crash loop': {
    // While it lasts the instance is never down for as long as `for`.
    expr: 'avg_over_time(up{job="web"}[3m]) < 0.9',
    broken: ['< 0.9', '< 0'],
    labels: { instance: 'web-2' },
    fault: {
      kind: 'kill-instance',
      params: { pod: 'web-2' },
      cycle: { on: '45s', off: '45s' },
      lasts: '6m',
      hits: { journey: 'greet', status: [0] },
      ...shownBy('up{job="web",instance="web-2"} == 0'),
    },
  },
  'cpu-starved': {
    expr: 'sum by (instance) (rate(web_slow_requests_total[2m])) > 0.3',
    for: '30s',
    broken: ['> 0.3', '> 300'],
    labels: { instance: 'web-2' },
    rates: { work: 3 },
    fault: {
      kind: 'cpu-starved',
      params: { pod: 'web-2', share: 0.02 },
      hits: { journey: 'work', slowerThanMs: 200, instance: 'web-2' },
      telemetry: { signal: 'metric', metric: 'web_slow_requests_total', labels: { path: '/work' } },
      atLeast: 5,
    },
  },
  command: {
    ...failing,
    fault: {
      kind: 'command',
      params: { breaks: 'web fails', inject: ['touch', 'fails'], revert: ['rm', '-f', 'fails'] },
      ...failingIn('greet'),
    },
  },
  'replace-file': {
    ...failing,
    fault: {
      kind: 'replace-file',
      params: { file: 'limit', by: 'wrong-limit', reload: ['web', 'web-2'] },
      ...failingIn('greet'),
    },
  },
  sql: {
    ...failing,
    ...withDatabase,
    fault: {
      kind: 'sql',
      params: {
        breaks: 'names of items may have only five characters',
        connection: 'postgres://app:{secret}@db:5432/postgres',
        inject: ['ALTER TABLE items ALTER name TYPE varchar(5) USING left(name, 5)'],
        revert: ['ALTER TABLE items ALTER name TYPE varchar(20)'],
      },
      ...failingIn('order'),
    },
  },
  'network-link': {
    ...failing,
    ...withDatabase,
    fault: { kind: 'network-link', params: { link: 'web-to-db', resetAfterMs: 0 }, ...failingIn('order') },
  },
  'traffic-change to nothing': {
    expr: 'sum by (job) (rate(web_requests_total{path="/greet"}[1m])) == 0',
    broken: ['== 0', '< 0'],
    labels: { job: 'web' },
    fault: {
      kind: 'traffic-change',
      params: { factor: 0 },
      ...shownBy('sum(rate(web_requests_total{path="/greet"}[1m])) == 0'),
    },
  },
  'kill-component': {
    ...collectorIsDown,
    fault: {
      kind: 'kill-component',
      params: { component: 'web-sidecar' },
      ...shownBy('up{job="collectors"} == 0'),
    },
  },
  'pause-component': {
    ...collectorIsDown,
    fault: {
      kind: 'pause-component',
      params: { component: 'web-sidecar' },
      ...shownBy('up{job="collectors"} == 0'),
    },
  },
};

for (const kind of ['kill-component', 'pause-component'])
  cases[`${kind} of a Collector of the user`] = {
    ...hubIsDown,
    fault: { kind, params: { component: 'hub' }, ...shownBy('up{job="collectors"} == 0') },
  };

const runbook = 'https://wiki.example/runbooks/web/fails';

/** The system, with an alert on the fault and a broken copy of it, each of which is expected to page. */
function drillOf(one: Case): CliCommand {
  const { expr, broken, labels = {}, fault, rates = { greet: 8 } } = one;
  if (expr.split(broken[0]).length < 2) throw new Error(`${expr} does not contain ${broken[0]}`);
  const rule = (alert: string, text: string) => ({
    alert,
    expr: text,
    for: one.for ?? '1m',
    labels: { severity: 'page' },
    annotations: { summary: 'Web fails', runbook },
  });
  const expected = (alert: string) => ({
    kind: 'page',
    alert,
    receiver: 'pagerduty',
    within: '6m',
    labels: { severity: 'page', ...labels },
    resolvedWithin: '12m',
  });
  const files: Record<string, unknown> = {
    'web.mjs': service,
    limit: 'ten',
    'wrong-limit': 'none',
    'runbooks/web/fails.md': '# Web fails\n\nLook at its log.\n',
    'firedrill.yaml': {
      name: 'generic',
      services: {
        ...one.services,
        web: {
          command: ['node', 'web.mjs', '{host}', '{port:8080}'],
          ports: [8080],
          instances: 2,
          ready: { http: '/ready' },
          ...one.web,
        },
      },
      runbooks: { links: 'https://wiki.example/runbooks/', folder: 'runbooks' },
      journeys: {
        greet: { service: 'web', path: '/greet' },
        order: { service: 'web', path: '/order' },
        work: { service: 'web', path: '/work' },
      },
      ...one.system,
    },
    'scenarios/faulty.json': {
      name: 'faulty',
      title: 'It is broken',
      summary: 'the alert pages, and its broken copy does not',
      load: { rates, warmUp: '2m' },
      quietFor: '1m',
      fault,
      expectations: [expected('WebFails'), expected('WebFailsBroken')],
      settleFor: '1m',
    },
    'monitoring/prometheus/rules/web.yml': {
      groups: [
        {
          name: 'web',
          rules: [rule('WebFails', expr), rule('WebFailsBroken', expr.replaceAll(...broken))],
        },
      ],
    },
    'monitoring/prometheus/prometheus.yml': {
      global: { scrape_interval: '15s', evaluation_interval: '15s' },
      rule_files: ['rules/*.yml'],
      alerting: { alertmanagers: [{ static_configs: [{ targets: ['alertmanager:9093'] }] }] },
      scrape_configs: [
        {
          job_name: 'web',
          static_configs: ['web', 'web-2'].map((pod, i) => ({
            targets: [`${pod}:8080`],
            labels: { instance: `web-${i + 1}` },
          })),
        },
        ...(one.web?.telemetry === 'otlp'
          ? [
              {
                job_name: 'collectors',
                static_configs: [{ targets: [`${one.web.collector ?? 'web'}:8889`] }],
              },
            ]
          : []),
      ],
    },
    ...(one.web?.collector === undefined ? {} : { 'monitoring/collector/hub.yaml': hub }),
    'monitoring/alertmanager/alertmanager.yml': {
      route: { receiver: 'pagerduty', group_by: ['alertname'], group_wait: '10s', group_interval: '5m' },
      receivers: [
        {
          name: 'pagerduty',
          pagerduty_configs: [
            {
              routing_key: '0'.repeat(32),
              url: 'https://events.pagerduty.com/v2/enqueue',
              description: '{{ .CommonAnnotations.summary }}',
              links: [{ href: '{{ .CommonAnnotations.runbook }}', text: 'Runbook' }],
            },
          ],
        },
      ],
    },
  };
  return {
    args: ['{dir}/scenarios/faulty.json'],
    files: Object.fromEntries(
      Object.entries(files).map(([path, contents]) => [
        path,
        typeof contents === 'string' ? contents : JSON.stringify(contents),
      ]),
    ),
  };
}

/**
 * Each fault for any system, on a system that is not the project's: its alert pages, as expected, and in the same drill a
 * broken copy of the alert is told. What the faults do in detail is tested without a drill, in faults/.
 */
describe('a drill of a system of the user with', () => {
  const command = overlappingCommands();

  for (const [title, one] of Object.entries(cases))
    command(
      title,
      () => drillOf(one),
      (ended) => {
        // An alert may end before a fault of fixed length does.
        const stays = 'lasts' in one.fault ? [] : ['stays'];
        const ids = ['arrives', 'labels', 'says', 'runbook', ...stays, 'resolved'];
        const failed = expectFailed(ended, ...ids.map((id) => `WebFailsBroken@pagerduty/${id}`));
        expect([...failed.values()][0]?.autopsy).to.include({ hop: 'expression true' });
      },
    );

  const { command: ofCommand } = cases;
  if (!ofCommand) throw new Error('there is no such case');
  command(
    'a fault that its command does not undo is broken, and tells the command',
    () =>
      drillOf({
        ...ofCommand,
        fault: {
          ...ofCommand.fault,
          params: { breaks: 'web fails', inject: ['touch', 'fails'], revert: ['rm', 'no such file'] },
        },
      }),
    (ended) => {
      const said = expectUnjudged(ended, 'broken', 'revert');
      expect(said)
        .to.match(/the fault is not undone: rm no such file ended with exit code 1/)
        .and.include("undo it by hand: rm 'no such file'");
    },
  );
});
