import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { readConfigFiles } from '../config-files.ts';
import { secretsIn } from './secrets.ts';

const secrets = (file: string, text: string) => secretsIn(new Map([[file, text]]));

describe('secretsIn', () => {
  it('finds what is named a secret, wherever it stands', () => {
    const text = `
global: { http_config: { authorization: { credentials: abcdefgh-1 } } }
receivers:
  - pagerduty_configs: [{ routing_key: abcdefgh-2 }]
    webhook_configs: [{ http_config: { basic_auth: { username: somebody, password: abcdefgh-3 } } }]
`;
    expect(secrets('alertmanager/alertmanager.yml', text)).to.have.members([
      'abcdefgh-1',
      'abcdefgh-2',
      'abcdefgh-3',
    ]);
  });

  it('takes the name of an environment variable for no secret', () => {
    const text = (key: string) => `receivers: [{ pagerduty_configs: [{ service_key: "${key}" }] }]`;
    expect(secrets('alertmanager/alertmanager.yml', text('$'.concat('{PD_SERVICE_KEY}')))).to.deep.equal([]);
    expect(secrets('alertmanager/alertmanager.yml', text('$'.concat('{abcdefgh}')))).not.to.deep.equal([]);
  });

  it('finds secrets in lists and under other names', () => {
    const found = (file: string, text: string) => secrets(file, text).filter((one) => !one.includes('%'));
    expect(
      found('prometheus/prometheus.yml', 'scrape_configs: [{ params: { token: [abcdefgh-1] } }]'),
    ).to.deep.equal(['abcdefgh-1']);
    const collector = `extensions:
  bearertokenauth: { tokens: [abcdefgh-2] }
  basicauth:
    htpasswd:
      inline: |
        one:abcdefgh-3
        two:abcdefgh-4
`;
    expect(found('collector/sidecar.yaml', collector)).to.have.members([
      'abcdefgh-2',
      'abcdefgh-3',
      'abcdefgh-4',
    ]);
    const env =
      'VENDOR_WRITEKEY=ab12cd34ef56\nDB_PASSWD=abcdefgh\nPGPASS=ab12cd34ef57\nAPP_CONNECTION_STRING=a=b;c=d;\n';
    expect(found('app/telemetry.env', env)).to.have.members([
      'ab12cd34ef56',
      'abcdefgh',
      'ab12cd34ef57',
      'a=b;c=d;',
    ]);
    // `key` and `pass` have other meanings too: a grouping key, a filter.
    expect(found('app/telemetry.env', 'GROUP_KEY=payments-team\nHIGH_PASS=everything\n')).to.deep.equal([]);
  });

  it('finds each line of a private key', () => {
    const text = `receivers:
  - webhook_configs:
      - http_config:
          tls_config:
            key: |
              -----BEGIN PRIVATE KEY-----
              MIIEvQIBADANBgkqhkiG9w0BAQEF
              AASCBKcwggSjAgEAAoIBAQ
              -----END PRIVATE KEY-----
`;
    expect(secrets('alertmanager/alertmanager.yml', text)).to.include.members([
      'MIIEvQIBADANBgkqhkiG9w0BAQEF',
      'AASCBKcwggSjAgEAAoIBAQ',
    ]);
  });

  it('finds what is secret in an address', () => {
    const text = `receivers: [{ slack_configs: [{ api_url: 'https://hooks.slack.com/services/T1/B1/abcdefghijklmno1' }] }]
a: { url: 'https://somebody:abcdefgh@x.example/notifications-of-all?key=abcdefgh2' }`;
    expect(secrets('alertmanager/alertmanager.yml', text)).to.have.members([
      'abcdefghijklmno1',
      'abcdefgh',
      'abcdefgh2',
    ]);
  });

  it('finds headers, with and without what kind they are, and as they stand in an address', () => {
    const text =
      'exporters: { otlp_http: { headers: { X-Scope-OrgID: dev, Authorization: Bearer abc:defgh } } }';
    expect(secrets('collector/sidecar.yaml', text)).to.have.members([
      'Bearer abc:defgh',
      'abc:defgh',
      'Bearer%20abc%3Adefgh',
      'abc%3Adefgh',
    ]);
    expect(secrets('app/telemetry.env', 'OTEL_EXPORTER_OTLP_HEADERS=a=abcdefgh,b=ijklmnop')).to.have.members([
      'abcdefgh',
      'ijklmnop',
    ]);
  });

  it('takes parameters and parts of a path for what they are', () => {
    const addresses = (...urls: string[]) =>
      secrets(
        'alertmanager/alertmanager.yml',
        `receivers: [{ webhook_configs: [${urls.map((url) => `{ url: '${url}' }`).join()}] }]`,
      );
    expect(
      addresses(
        'https://bridge.example/alerts?team=payments&environment=production&region=eu-central-1',
        'https://bridge.example/payments/checkout-errors/critical-notifications',
        'https://bridge.example/v2/alertmanager/platform-engineering',
      ),
    ).to.deep.equal([]);
    expect(
      addresses('https://bridge.example/a?team=payments&token=correct-horse&s=3f9c1e7ab2d4'),
    ).to.have.members(['correct-horse', '3f9c1e7ab2d4']);
    expect(addresses('https://bridge.example/hooks/kqzvwpmnbtrlsdhg')).to.deep.equal(['kqzvwpmnbtrlsdhg']);
    expect(addresses('https://bridge.example/in/m4x9t2kq7w')).to.deep.equal(['m4x9t2kq7w']);
  });

  it('finds the three parts of a Slack address, also of lower case, and the token of a bot', () => {
    const text = `
receivers:
  - slack_configs: [{ api_url: https://hooks.slack.com/services/teamalpha/hooknumber/abcdefghijkl }]
    telegram_configs: [{ api_url: 'https://api.telegram.org/bot123456:abcdefghijklmnopqrstuvwxyz' }]
`;
    const ofGovernment = text.replace('hooks.slack.com', 'hooks.slack-gov.com');
    expect(secrets('alertmanager/alertmanager.yml', ofGovernment)).to.include.members([
      'teamalpha',
      'hooknumber',
      'abcdefghijkl',
    ]);
    expect(secrets('alertmanager/alertmanager.yml', text)).to.have.members([
      'teamalpha',
      'hooknumber',
      'abcdefghijkl',
      '123456:abcdefghijklmnopqrstuvwxyz',
      '123456%3Aabcdefghijklmnopqrstuvwxyz',
    ]);
  });

  it("finds none in an address of Slack's Web API, whose token is a setting of its own", () => {
    const text = `
receivers:
  - slack_configs:
      - api_url: https://slack.com/api/chat.postMessage
        http_config: { authorization: { credentials: xoxb-firedrill } }
`;
    expect(secrets('alertmanager/alertmanager.yml', text)).to.deep.equal(['xoxb-firedrill']);
  });

  it('finds those of the lists of what receivers know', () => {
    const key = '0123456789abcdef0123456789abcdef';
    const of = (name: string, list: object) => secrets(`receivers/${name}.yml`, JSON.stringify(list));
    expect(of('pagerduty', { routing_keys: [key] })).to.deep.equal([key]);
    expect(of('opsgenie', { api_keys: ['own-key-of-a-team'] })).to.deep.equal(['own-key-of-a-team']);
    expect(of('slack', { tokens: ['xoxb-firedrill'], channels: ['#payments'] })).to.deep.equal([
      'xoxb-firedrill',
    ]);
    const hook = 'aB3dE5gH7jK9mN1pQ3sT5vW7';
    expect(of('slack', { webhooks: [`https://hooks.slack.com/services/T1/B2/${hook}`] })).to.deep.equal([
      hook,
    ]);
  });

  it('takes a tenant, a link and a label for no secret', () => {
    const gateway = `
exporters:
  otlp_http: { endpoint: http://loki:3100/otlp, headers: { X-Scope-OrgID: production-eu } }
  otlp_http/list: { headers: [{ name: Authorization, value: 'Bearer abcdefgh' }] }
`;
    expect(secrets('collector/gateway.yaml', gateway)).to.have.members([
      'Bearer abcdefgh',
      'Bearer%20abcdefgh',
      'abcdefgh',
    ]);
    const sources = `
datasources:
  - { name: a, jsonData: { httpHeaderName1: X-Scope-OrgID }, secureJsonData: { httpHeaderValue1: production-eu } }
  - { name: b, jsonData: { httpHeaderName1: X-Api-Key }, secureJsonData: { httpHeaderValue1: correct-horse } }
`;
    expect(secrets('grafana/provisioning/datasources/a.yaml', sources)).to.deep.equal(['correct-horse']);
    const rules = `
groups: [{ rules: [{ labels: { api_key: payments-key }, annotations: { runbook_url: 'https://wiki.example/x/3f9c1e7ab2d4' } }] }]
`;
    expect(secrets('grafana/provisioning/alerting/rules.yaml', rules)).to.deep.equal([]);
  });

  it('finds nothing in what everybody may read, nor in what is no YAML', () => {
    expect(secrets('prometheus/rules/a.yml', 'groups: [{ token: abcdefgh }]')).to.deep.equal([]);
    expect(secrets('alertmanager/alertmanager.yml', 'token: [')).to.deep.equal([]);
  });

  it("finds the project's own, made up as they are, and nothing else", async () => {
    const folders = ['config', 'config-full', 'config-direct'];
    const files = await readConfigFiles(
      folders.map((name) => fileURLToPath(new URL(`../../stacks/${name}`, import.meta.url))),
    );
    expect(secretsIn(files)).to.have.members([
      '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw',
      '110201543%3AAAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw',
      'XXXXXXXXXXXXXXXXXXXXXXXX',
      'T00000000',
      'B00000000',
      '0'.repeat(32),
    ]);
  });
});
