import { expect } from 'chai';
import { contactPointsIn, withoutNotifier } from './contact-points.ts';

const inAlertmanager = (text: string) => contactPointsIn(new Map([['alertmanager/alertmanager.yml', text]]));
const inGrafana = (text: string) =>
  contactPointsIn(new Map([['grafana/provisioning/alerting/contact-points.yaml', text]]));

describe('the contact points of a configuration', () => {
  it('are receivers of Alertmanager, each of their integrations', () => {
    const found = inAlertmanager(`
global: { slack_api_url: 'http://127.0.0.1:1/services/T0/B0/x' }
receivers:
  - name: payments
    slack_configs: [{ channel: '#payments' }, { api_url: 'http://127.0.0.1:1/services/T0/B1/y' }]
    pagerduty_configs: [{ routing_key: k }]
  - name: audit
    webhook_configs: [{ url: 'http://127.0.0.1:1/alerts?team=a' }]
  - name: nobody
`);
    const own = { manager: 'alertmanager', name: 'payments' };
    expect(found).to.deep.equal([
      { ...own, kind: 'slack', address: ['/services/T0/B0/x'], detail: '#payments', noResolved: true },
      { ...own, kind: 'slack', address: ['/services/T0/B1/y'], detail: '', noResolved: true },
      { ...own, kind: 'pagerduty', address: ['k'] },
      { ...own, name: 'audit', kind: 'webhook', address: ['/alerts?team=a'], detail: 'audit' },
    ]);
  });

  it("of Slack's Web API are told apart by token and channel, also where the token is that of all", () => {
    const address = (token: string) => ['/api/chat.postMessage', token];
    const api_url = 'http://127.0.0.1:1/api/chat.postMessage';
    const found = [
      ...inAlertmanager(`
global: { http_config: { authorization: { credentials: xoxb-all } } }
receivers:
  - name: a
    slack_configs:
      - { api_url: '${api_url}', channel: '#a' }
      - { api_url: '${api_url}', channel: '#a', http_config: { authorization: { credentials: xoxb-own } } }
      - { api_url: '${api_url}', channel: '#a', http_config: {} }
`),
      ...inGrafana(`
contactPoints:
  - name: a
    receivers:
      - { uid: b, type: slack, settings: { token: xoxb-own, recipient: '#a' } }
      - { uid: c, type: slack, settings: { url: 'https://slack.com/api/chat.postMessage', token: xoxb-own, recipient: '#a' } }
      - { uid: d, type: slack, settings: { url: 'https://hooks.slack.com/services/T0/B0/x', token: xoxb-own, recipient: '#a' } }
`),
    ];
    expect(found.map((point) => [point.address, point.detail])).to.deep.equal([
      [address('xoxb-all'), '#a'],
      [address('xoxb-own'), '#a'],
      [['/api/chat.postMessage'], '#a'],
      [address('xoxb-own'), '#a'],
      [address('xoxb-own'), '#a'],
      [['/services/T0/B0/x'], '#a'],
    ]);
  });

  it('are those of Grafana', () => {
    const found = inGrafana(`
contactPoints:
  - name: on call
    receivers:
      - { uid: a, type: telegram, settings: { bottoken: '1:a', chatid: -100 } }
      - { uid: b, type: slack, settings: { url: 'https://hooks.slack.com/services/T0/B0/x', recipient: '#on-call' } }
      - { uid: c, type: pagerduty, settings: { integrationKey: k } }
      - { uid: d, type: webhook, settings: { url: 'http://127.0.0.1:1/grafana' } }
`);
    const own = { manager: 'grafana', name: 'on call' };
    expect(found).to.deep.equal([
      { ...own, kind: 'telegram', address: ['1:a', '-100'] },
      { ...own, kind: 'slack', address: ['/services/T0/B0/x'], detail: '#on-call' },
      { ...own, kind: 'pagerduty', address: ['k'] },
      { ...own, kind: 'webhook', address: ['/grafana'], detail: 'on call' },
    ]);
  });

  it('have no address that only a template knows', () => {
    expect(
      inAlertmanager(`
receivers:
  - name: a
    slack_configs: [{ api_url: 'http://127.0.0.1:1/services/T0/B0/x', channel: '#{{ .GroupLabels.team }}' }]
    pagerduty_configs: [{ routing_key: '{{ .GroupLabels.key }}' }]
`),
    ).to.deep.equal([
      { name: 'a', manager: 'alertmanager', kind: 'slack', address: ['/services/T0/B0/x'], noResolved: true },
      { name: 'a', manager: 'alertmanager', kind: 'pagerduty' },
    ]);
  });

  it('say which of their notifiers send no resolutions, by what each manager assumes', () => {
    const found = [
      ...inAlertmanager(`
receivers:
  - name: a
    slack_configs: [{ send_resolved: true }, {}]
    pagerduty_configs: [{}, { send_resolved: false }]
`),
      ...inGrafana(`
contactPoints:
  - name: a
    receivers:
      - { type: slack, settings: {} }
      - { type: slack, disableResolveMessage: true, settings: {} }
`),
    ];
    const not = [undefined, true, undefined, true, undefined, true];
    expect(found.map(({ noResolved }) => noResolved)).to.deep.equal(not);
  });

  it('may be without any notifier', () => {
    const text =
      'receivers: [{ name: a, slack_configs: [{}] }, { name: blackhole }, { name: b, slack_configs: [] }]';
    const point = 'contactPoints: [{ name: c, receivers: [] }]';
    const files = new Map([
      ['alertmanager/alertmanager.yml', text],
      ['grafana/provisioning/alerting/c.yaml', point],
    ]);
    expect(withoutNotifier(files)).to.deep.equal([
      { name: 'blackhole', manager: 'alertmanager' },
      { name: 'b', manager: 'alertmanager' },
      { name: 'c', manager: 'grafana' },
    ]);
  });

  it('are in no other file', () => {
    const text = 'receivers: [{ name: a, webhook_configs: [{ url: http://127.0.0.1:1/ }] }]';
    expect(contactPointsIn(new Map([['collector/gateway.yaml', text]]))).to.deep.equal([]);
  });
});
