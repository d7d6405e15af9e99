import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';

export interface Size {
  readonly services: number;
  readonly alerts: number;
}

/** Rules of a group, as people write them. */
const perGroup = 10;
/** Services of a team, which has one route. */
const perTeam = 10;

/** The service of each made system: it counts its requests, and is no other for any of them. */
const program = `import { createServer } from 'node:http';

const [host, port] = process.argv.slice(2);
const counts = { 200: 0, 503: 0 };
createServer(({ url }, response) => {
  if (url === '/ready') return response.end('ready');
  if (url === '/metrics') {
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    const lines = Object.entries(counts).map(([status, count]) => \`requests_total{status="\${status}"} \${count}\\n\`);
    return response.end(\`# TYPE requests_total counter\\n\${lines.join('')}\`);
  }
  counts[200] += 1;
  response.end('hello');
}).listen(Number(port), host);
process.on('SIGTERM', () => process.exit(0));
`;

const serviceName = (i: number) => `service-${i + 1}`;
const teamOf = (i: number) => `team-${Math.floor(i / perTeam) + 1}`;

/**
 * The files of a system: one rule file for each service, groups of ten rules, one team, route and receiver for each ten
 * services. The first service has two instances, one of which the scenario kills.
 *
 * @param seed makes the texts of one system others than those of another one.
 */
export function madeFiles({ services, alerts }: Size, seed = ''): ReadonlyMap<string, string> {
  const each = Array.from({ length: services }, (_, i) => i);
  const alertsOf = (i: number) =>
    Math.floor(((i + 1) * alerts) / services) - Math.floor((i * alerts) / services);
  return new Map([
    ['serve.mjs', program],
    ['firedrill.yaml', stringify(systemOf(each))],
    ['monitoring/prometheus/prometheus.yml', stringify(prometheusOf(each))],
    ['monitoring/alertmanager/alertmanager.yml', stringify(alertmanagerOf(each))],
    ...each.map((i): [string, string] => [
      `monitoring/prometheus/rules/${serviceName(i)}.yml`,
      rulesOf(i, alertsOf(i), seed),
    ]),
    ['scenarios/instance-down.yaml', stringify(scenario)],
    ['runbooks/instance.md', '# An instance is down\n\nStart it again.\n'],
  ]);
}

/** Writes the files of a system into a folder. */
export async function makeSystem(folder: string, size: Size, seed?: string): Promise<void> {
  for (const [path, text] of madeFiles(size, seed)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

const systemOf = (each: readonly number[]) => ({
  name: 'made',
  services: Object.fromEntries(
    each.map((i) => [
      serviceName(i),
      {
        command: ['node', 'serve.mjs', '{host}', `{port:${8000 + i}}`],
        ports: [8000 + i],
        ...(i === 0 ? { instances: 2 } : {}),
        ready: { http: '/ready' },
      },
    ]),
  ),
  runbooks: { links: 'https://wiki.example/runbooks/', folder: 'runbooks' },
  journeys: { greet: { service: serviceName(0), path: '/' } },
});

const prometheusOf = (each: readonly number[]) => ({
  global: { scrape_interval: '15s', evaluation_interval: '15s' },
  rule_files: ['rules/*.yml'],
  alerting: { alertmanagers: [{ static_configs: [{ targets: ['alertmanager:9093'] }] }] },
  scrape_configs: each.map((i) => ({
    job_name: serviceName(i),
    static_configs: [
      { targets: [`${serviceName(i)}:${8000 + i}`], labels: { instance: `${serviceName(i)}-1` } },
      ...(i === 0
        ? [{ targets: [`${serviceName(i)}-2:${8000 + i}`], labels: { instance: `${serviceName(i)}-2` } }]
        : []),
    ],
  })),
});

const alertmanagerOf = (each: readonly number[]) => {
  const teams = [...new Set(each.map(teamOf))];
  return {
    route: {
      receiver: 'rest',
      group_by: ['alertname'],
      group_wait: '10s',
      group_interval: '5m',
      repeat_interval: '4h',
      routes: teams.map((team) => ({
        matchers: [`team = ${team}`],
        receiver: team,
        routes: [{ matchers: ['severity =~ "ticket|info"'], receiver: 'rest' }],
      })),
    },
    inhibit_rules: [
      { source_matchers: ['severity = page'], target_matchers: ['severity = ticket'], equal: ['job'] },
      { source_matchers: ['severity = ticket'], target_matchers: ['severity = info'], equal: ['job'] },
    ],
    receivers: [
      { name: 'rest', webhook_configs: [{ url: 'http://webhook.internal/rest', send_resolved: true }] },
      ...teams.map((name, nth) => ({
        name,
        pagerduty_configs: [
          {
            routing_key: String(nth + 1).padStart(32, '0'),
            url: 'https://events.pagerduty.com/v2/enqueue',
            description: '{{ .CommonAnnotations.summary }}',
            links: [{ href: '{{ .CommonAnnotations.runbook }}', text: 'Runbook' }],
          },
        ],
      })),
    ],
  };
};

/** Expressions as teams write them. The first rule of a service is about its instances: the scenario expects that one only. */
const expressions: readonly ((job: string, nth: number) => string)[] = [
  (job, nth) => (nth === 0 ? `up{job="${job}"} == 0` : `count(up{job="${job}"}) > ${100 + nth}`),
  (job, nth) =>
    `sum by (job) (rate(requests_total{job="${job}",status=~"5.."}[1m])) / sum by (job) (rate(requests_total{job="${job}"}[1m])) > 0.${10 + (nth % 80)}`,
  (job, nth) =>
    `histogram_quantile(0.99, sum by (job, le) (rate(request_seconds_bucket{job="${job}",path="/p${nth}"}[5m]))) > 0.5`,
  (job) => `job:requests:rate5m{job="${job}"} > 10000`,
  (job, nth) =>
    `sum by (job) (rate(requests_total{job="${job}",status="503"}[5m])) > 0.${nth + 1} and on (job) sum by (job) (rate(requests_total{job="${job}"}[5m])) > 1`,
  (job, nth) => `increase(requests_total{job="${job}",status="50${nth % 5}"}[1h]) > 100`,
  (job, nth) => `max by (job) (queue_length{job="${job}",queue="q${nth}"}) > 1000`,
  (job, nth) =>
    `max by (job, instance) (process_resident_memory_bytes{job="${job}"}) > ${nth + 1}e9 unless on (job) maintenance{job="${job}"} == 1`,
  (job, nth) => `avg_over_time(pool_used_ratio{job="${job}",pool="p${nth}"}[10m]) > 0.9`,
  (job, nth) => `delta(disk_free_bytes{job="${job}",disk="d${nth}"}[1h]) < -1e9`,
];

/** Names of alerts as people give them. */
const alertName = (i: number, nth: number) =>
  nth === 0 ? `Service${i + 1}Down` : `Service${i + 1}Alert${nth}`;

function rulesOf(i: number, alerts: number, seed: string): string {
  const job = serviceName(i);
  const rules = [
    { record: 'job:requests:rate5m', expr: `sum by (job) (rate(requests_total{job="${job}"}[5m]))` },
    ...Array.from({ length: alerts }, (_, nth) => ({
      alert: alertName(i, nth),
      expr: expressions[nth % expressions.length]?.(job, nth) ?? '',
      for: nth % 3 === 0 ? '1m' : '5m',
      labels: { severity: ['page', 'page', 'page', 'ticket', 'info'][nth % 5] ?? '', team: teamOf(i), job },
      annotations: {
        summary: `{{ $labels.job }}: ${alertName(i, nth)} has held for a while`,
        description: `The value is {{ $value }} at {{ $labels.instance }}. ${seed}`.trim(),
        runbook: 'https://wiki.example/runbooks/instance',
      },
    })),
  ];
  const groups = Array.from({ length: Math.ceil(rules.length / perGroup) }, (_, g) => ({
    name: `${job}-${g + 1}`,
    rules: rules.slice(g * perGroup, (g + 1) * perGroup),
  }));
  return stringify({ groups });
}

const scenario = {
  name: 'instance-down',
  title: 'An instance of one of many services is down',
  summary: 'service-1-2 is killed; Service1Down must page PagerDuty',
  load: { rates: { greet: 5 }, warmUp: '1m' },
  quietFor: '1m',
  fault: {
    kind: 'kill-instance',
    params: { pod: 'service-1-2' },
    hits: { journey: 'greet', status: [0] },
    telemetry: { signal: 'query', query: 'up{job="service-1",instance="service-1-2"} == 0' },
    atLeast: 3,
  },
  expectations: [
    {
      kind: 'page',
      alert: 'Service1Down',
      receiver: 'pagerduty',
      within: '4m',
      labels: { severity: 'page', team: 'team-1', instance: 'service-1-2' },
      resolvedWithin: '8m',
    },
  ],
  settleFor: '1m',
};
