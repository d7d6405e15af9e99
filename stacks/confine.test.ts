import { expect } from 'chai';
import { configure } from './configure.ts';
import { confine } from './confine.ts';

const alertmanager = (text: string) => confine('alertmanager/alertmanager.yml', text);
const prometheus = (text: string) => confine('prometheus/prometheus.yml', text);
const wheres = (problems: readonly { where: string }[]) => problems.map(({ where }) => where.split(': ')[1]);

/** As the run does: readdressed to loopback, then looked at. */
const asUsed = (text: string) =>
  configure('alertmanager/alertmanager.yml', text, 1, (value) =>
    ['https://hooks.slack.com', 'https://events.pagerduty.com', 'http://webhook.internal'].reduce(
      (changed, origin) => changed.replaceAll(origin, 'http://127.0.0.1:1'),
      value,
    ),
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
    expect(wheres(alertmanager(text))).to.deep.equal(['receivers[0].pagerduty_configs[0]']);
    expect(asUsed(text)).to.include('pagerduty_url: http://127.0.0.1:1/v2/enqueue');
    const beside = `global: { resolve_timeout: 5m }\n${text}`;
    expect(alertmanager(asUsed(beside))).to.deep.equal([]);
  });

  for (const kind of ['email', 'opsgenie', 'telegram', 'sns', 'msteams', 'discord']) {
    it(`refuses ${kind}, which would reach real people`, () => {
      const text = `receivers: [{ name: a, ${kind}_configs: [{ to: x }] }]`;
      expect(wheres(alertmanager(text))).to.deep.equal([`receivers[0].${kind}_configs`]);
    });
  }

  it('refuses addresses that it cannot see or change', () => {
    const text = asUsed(`
receivers:
  - name: a
    slack_configs: [{ api_url_file: /etc/slack }]
    pagerduty_configs: [{ service_key: k }]
    webhook_configs: [{ url_file: /etc/hook }]
`);
    expect(wheres(alertmanager(text))).to.deep.equal([
      'receivers[0].slack_configs[0].api_url_file',
      'receivers[0].pagerduty_configs[0].service_key',
      'receivers[0].webhook_configs[0].url_file',
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
      'receivers[0].slack_configs[0]',
      'receivers[0].slack_configs[1].http_config.proxy_url',
      'receivers[0].slack_configs[2]',
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
      'alerting.alertmanagers[0].static_configs[0].targets',
      'alerting.alertmanagers[1].dns_sd_configs',
      'scrape_configs[0].static_configs[0].targets',
      'remote_write[0].url',
    ]);
  });

  it('refuses a Collector that exports elsewhere, and takes one that listens here', () => {
    const text = (endpoint: string) => `exporters: { otlp_http: { endpoint: '${endpoint}' }, debug: {} }`;
    expect(confine('collector/sidecar.yaml', text('https://otlp.vendor.example'))).to.have.length(1);
    expect(confine('collector/sidecar.yaml', text('127.0.0.1:8889'))).to.deep.equal([]);
  });
});
