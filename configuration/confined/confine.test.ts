import { expect } from 'chai';
import { originsOfKind } from '../../core/receivers/origins.ts';
import { alertmanagerKinds, kindOfAlertmanager, receiverNames } from '../../core/receivers/receivers.ts';
import { configured } from '../paced/testing/configured.ts';
import { confine } from './confine.ts';

const alertmanager = (text: string) => confine('alertmanager/alertmanager.yml', text);
const prometheus = (text: string) => confine('prometheus/prometheus.yml', text);
const wheres = (problems: readonly { where: string }[]) => problems.map(({ where }) => where.split(': ')[1]);

/** As in a run: addresses are rewritten to loopback, then judged. */
const asUsed = (text: string) =>
  configured('alertmanager/alertmanager.yml', text, 1, (value) =>
    receiverNames
      .flatMap(originsOfKind)
      .reduce((changed, origin) => changed.replaceAll(origin, 'http://127.0.0.1:1'), value),
  );

describe('confine', () => {
  it('takes notifiers that lead to the emulated receivers', () => {
    const text = asUsed(`
receivers:
  - name: a
    slack_configs: [{ api_url: 'https://hooks.slack.com/services/T0/B0/x' }]
    pagerduty_configs: [{ routing_key: k }, { routing_key: k, url: 'https://events.pagerduty.com/v2/enqueue' }]
    webhook_configs: [{ url: 'https://bridge.corp.example/alerts?team=a' }]
`);
    expect(alertmanager(text)).to.deep.equal([]);
    expect(text).to.include('http://127.0.0.1:1/alerts?team=a').and.not.include('corp.example');
  });

  it('gives PagerDuty notifiers without an address the emulated one, not the real default', () => {
    const text = 'receivers: [{ name: a, pagerduty_configs: [{ routing_key: k }] }]';
    expect(wheres(alertmanager(text))).to.deep.equal(['receivers[a].pagerduty_configs[0]']);
    expect(asUsed(text)).to.include('pagerduty_url: http://127.0.0.1:1/v2/enqueue');
    const beside = `global: { resolve_timeout: 5m }\n${text}`;
    expect(alertmanager(asUsed(beside))).to.deep.equal([]);
  });

  it('refuses a kind that nobody knows, which could reach real people', () => {
    const text = 'receivers: [{ name: a, smoke_configs: [{ to: x }] }]';
    expect(wheres(alertmanager(text))).to.deep.equal(['receivers[a].smoke_configs']);
  });

  for (const { alertmanager: notifier } of alertmanagerKinds) {
    it(`refuses ${notifier.key} as it is written, and takes it as it is used`, () => {
      const text = `receivers: [{ name: a, ${notifier.key}: [{ text: x }] }]`;
      expect(wheres(alertmanager(text))).to.deep.equal([`receivers[a].${notifier.key}[0]`]);
      const { setting, builtIn } = notifier.address ?? {};
      if (setting && !builtIn)
        expect(
          alertmanager(asUsed(text.replace('text: x', `${setting}: 'https://corp.example/x'`))),
        ).to.have.length(kindOfAlertmanager(notifier.key)?.anywhere ? 0 : 1);
      else expect(alertmanager(asUsed(text))).to.deep.equal([]);
    });
  }

  it('refuses addresses that it cannot see or change', () => {
    const text = asUsed(`
receivers:
  - name: a
    slack_configs: [{ api_url_file: /etc/slack }]
    pagerduty_configs: [{ service_key_file: /etc/key }]
    webhook_configs: [{ url_file: /etc/hook }]
`);
    expect(wheres(alertmanager(text))).to.deep.equal([
      'receivers[a].slack_configs[0].api_url_file',
      'receivers[a].pagerduty_configs[0].service_key_file',
      'receivers[a].webhook_configs[0].url_file',
    ]);
  });

  it('takes a fixed address of PagerDuty only through the proxy of the run', () => {
    const used = asUsed('receivers: [{ name: a, pagerduty_configs: [{ service_key: k, url: x }] }]');
    expect(used).to.include('proxy_from_environment: true');
    expect(alertmanager(used)).to.deep.equal([]);
    expect(wheres(alertmanager(used.replace('true', 'false')))).to.deep.equal([
      'receivers[a].pagerduty_configs[0].service_key',
    ]);
  });

  it('refuses a Slack address elsewhere, an own proxy, and none at all', () => {
    const text = asUsed(`
receivers:
  - name: a
    slack_configs:
      - api_url: https://hooks.slack.example/x
      - api_url: https://hooks.slack.com/services/T0/B0/x
        http_config: { proxy_url: 'http://proxy.corp.example:3128' }
      - channel: x
`);
    expect(wheres(alertmanager(text))).to.deep.equal([
      'receivers[a].slack_configs[0].api_url',
      'receivers[a].slack_configs[2]',
      'receivers[a].slack_configs[1].http_config.proxy_url',
    ]);
  });

  it('tells an address that leads elsewhere without its path, which may be a secret', () => {
    const text =
      'receivers: [{ name: a, slack_configs: [{ api_url: "https://u:pw@chat.example/hooks/s3cret" }] }]';
    const [problem] = alertmanager(text);
    expect(problem?.message).to.match(/^https:\/\/chat\.example\/…: /);
  });

  it('refuses what would lead an Alertmanager elsewhere from any other place', () => {
    const text = asUsed(`
global: { http_config: { proxy_url: 'http://proxy.corp.example:3128' } }
tracing: { endpoint: 'traces.example:4317' }
receivers:
  - name: a
    webhook_configs:
      - url: https://bridge.corp.example/alerts
        http_config: { oauth2: { client_id: a, token_url: 'https://login.example/token' } }
`);
    expect(wheres(alertmanager(text))).to.deep.equal([
      'global.http_config.proxy_url',
      'tracing.endpoint',
      'receivers[a].webhook_configs[0].http_config.oauth2.token_url',
    ]);
  });

  it('sees what is merged in', () => {
    const text = 'x: &x { smoke_configs: [{ to: a }] }\nreceivers: [{ name: a, <<: *x }]';
    expect(wheres(alertmanager(text))).to.deep.equal(['receivers[a].smoke_configs']);
    expect(wheres(alertmanager(asUsed(text)))).to.deep.equal(['receivers[a].smoke_configs']);
  });

  it('refuses a Prometheus that is led elsewhere by proxies, relabelling or other files', () => {
    const problems = prometheus(`
tracing: { endpoint: 'traces.example:4317' }
scrape_config_files: [more.yml]
alerting: { alertmanagers: [{ proxy_url: 'http://proxy.example', static_configs: [{ targets: ['127.0.0.1:1'] }] }] }
scrape_configs:
  - relabel_configs:
      - { target_label: __address__, replacement: 'exporter.example:9115' }
      - { target_label: __address__, replacement: '127.0.0.1:9115' }
      - { target_label: job, replacement: anything }
`);
    expect(wheres(problems)).to.deep.equal([
      'scrape_configs[0].relabel_configs[0].replacement',
      'scrape_config_files',
      'tracing.endpoint',
      'alerting.alertmanagers[0].proxy_url',
    ]);
  });

  it("refuses services' environment that leads elsewhere", () => {
    const text = `OTEL_EXPORTER_OTLP_ENDPOINT=https://otlp.example
OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://127.0.0.1:4318/v1/traces
HTTPS_PROXY=http://proxy.example:3128
NO_PROXY=everything.example
OTEL_EXPORTER_OTLP_PROTOCOL=grpc
`;
    expect(wheres(confine('app/telemetry.env', text))).to.deep.equal([
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'HTTPS_PROXY',
    ]);
  });

  it('refuses a Prometheus that tells, scrapes or writes beyond this machine', () => {
    const problems = prometheus(`
alerting:
  alertmanagers:
    - static_configs: [{ targets: ['127.0.0.1:9093', 'alertmanager.corp.example:9093'] }]
    - dns_sd_configs: [{ names: [x] }]
scrape_configs:
  - static_configs: [{ targets: ['10.0.0.1:9100'] }]
remote_write: [{ url: 'https://mimir.corp.example/push' }]
`);
    expect(wheres(problems)).to.deep.equal([
      'alerting.alertmanagers[0].static_configs[0].targets[1]',
      'alerting.alertmanagers[1].dns_sd_configs',
      'scrape_configs[0].static_configs[0].targets[0]',
      'remote_write[0].url',
    ]);
  });

  it('refuses a Collector that exports elsewhere, and takes one that listens here', () => {
    const text = (endpoint: string) => `exporters: { otlp_http: { endpoint: '${endpoint}' }, debug: {} }`;
    expect(confine('collector/sidecar.yaml', text('https://otlp.vendor.example'))).to.have.length(1);
    expect(confine('collector/sidecar.yaml', text('127.0.0.1:8889'))).to.deep.equal([]);
  });
});
