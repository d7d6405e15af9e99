import { cacheDirOf } from '../../stacks/toolchain/cache-dir.ts';
import { toolsAtHand } from '../../stacks/toolchain/toolchain.ts';
import type { CliCommand } from './cli.ts';
import { drillOf, filesOfExample } from './example-hello.ts';
import { grafanaFiles } from './grafana-files.ts';

/**
 * The example with a Grafana of its own, whose rule on the same requests pages Slack.
 *
 * @param alone whether the monitoring has no Alertmanager.
 */
export async function withGrafana(threshold: number, alone = false): Promise<CliCommand> {
  const { args, files = {} } = await drillOf('stock-fails', {
    'scenarios/stock-fails.yaml': [
      ['alert: OrdersFail\n', 'alert: Orders of Grafana\n'],
      ['receiver: pagerduty', 'receiver: slack'],
      ['labels: { severity: page, team: web, job: web }', 'labels: { severity: page, team: web }'],
      ['within: 5m', 'within: 10m'],
    ],
  });
  const query = 'sum(rate(web_requests_total{path="/order",status=~"5.."}[1m])) or vector(0)';
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
      ...grafanaFiles({
        alert: 'Orders of Grafana',
        source: { uid: 'prom', type: 'prometheus', url: 'http://prometheus:9090' },
        query,
        threshold,
        runbook: 'https://wiki.example/runbooks/web/orders-fail',
      }),
    },
  };
}

/**
 * The example with Alertmanager's files as of the Prometheus Operator: a Secret, and an AlertmanagerConfig of the namespace
 * `shop` that pages PagerDuty.
 *
 * @param namespace the label of that name of the alert. Default: it has none.
 */
export async function withOperator(namespace?: string): Promise<CliCommand> {
  const { args, files = {} } = await drillOf('stock-fails', {
    'scenarios/stock-fails.yaml': [
      ['    receiver: pagerduty\n', '    receiver: pagerduty\n    contactPoint: shop/team-a/page\n'],
    ],
  });
  const { 'monitoring/alertmanager/alertmanager.yml': _, ...others } = files;
  const rules = 'monitoring/prometheus/rules/web.yml';
  const labels = 'labels: { severity: page, team: web';
  return {
    args,
    files: {
      ...others,
      [rules]: (files[rules] ?? '').replaceAll(
        labels,
        namespace === undefined ? labels : `${labels}, namespace: ${namespace}`,
      ),
      'monitoring/alertmanager/manifests.yaml': `apiVersion: v1
kind: Secret
metadata: { name: alertmanager-main, namespace: monitoring }
stringData:
  alertmanager.yaml: |
    global: { slack_api_url_file: /etc/alertmanager/secrets/slack/url }
    templates: ['/etc/alertmanager/config/*.tmpl']
    route: { receiver: talk, group_by: [alertname], group_wait: 10s }
    receivers:
      - name: talk
        slack_configs: [{ channel: "#alerts", send_resolved: true }]
---
apiVersion: monitoring.coreos.com/v1alpha1
kind: AlertmanagerConfig
metadata: { name: team-a, namespace: shop }
spec:
  route: { receiver: page, groupBy: [alertname], groupWait: 10s, matchers: [{ name: severity, value: page }] }
  receivers:
    - name: page
      pagerdutyConfigs:
        - routingKey: { name: pagerduty, key: routing }
          description: "{{ .CommonAnnotations.summary }}"
          pagerDutyLinkConfigs: [{ href: "{{ .CommonAnnotations.runbook }}", alt: Runbook }]
`,
    },
  };
}

const journeys = /^journeys:[\s\S]*/m;

/** The example with a k6 script of the user in the place of its journeys. */
export async function withScript(url: string, tag: string): Promise<CliCommand> {
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
export async function withOtlp(endpoint: string): Promise<CliCommand> {
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
export async function withCollector(
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
export const ownVersion = '3.99.1';

/** The same under a Prometheus of the user, which is firedrill's with another version. */
export async function withOwnPrometheus({ args, files = {} }: CliCommand): Promise<CliCommand> {
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
