import { expect } from 'chai';
import { confineGrafana } from './confine-grafana.ts';

const wheres = (text: string) =>
  confineGrafana('grafana/provisioning/a.yaml', text).map(({ where }) => where.split(': ')[1]);
const receiver = (type: string, settings: string) =>
  `contactPoints: [{ name: a, receivers: [{ uid: u, type: ${type}, settings: { ${settings} } }] }]`;
const source = (rest: string) => `datasources: [{ name: a, uid: a, ${rest} }]`;

describe('confineGrafana', () => {
  for (const [type, settings] of [
    ['telegram', 'bottoken: "1:a", chatid: "2"'],
    ['pagerduty', 'integrationKey: k'],
    ['slack', 'url: https://hooks.slack.com/services/T0/B0/x'],
    ['slack', 'url: https://hooks.slack-gov.com/services/T0/B0/x'],
    ['slack', 'token: xoxb-1, recipient: a'],
    ['slack', 'url: https://slack.com/api/chat.postMessage, token: xoxb-1, recipient: a'],
    ['webhook', 'url: http://127.0.0.1:1/grafana'],
  ] as const) {
    it(`takes ${type} by ${settings}, which is emulated`, () => {
      expect(wheres(receiver(type, settings))).to.deep.equal([]);
    });
  }
  for (const type of ['oncall', 'smoke']) {
    it(`refuses ${type}, which would reach real people`, () => {
      expect(wheres(receiver(type, 'url: http://127.0.0.1:1'))).to.deep.equal([
        'contactPoints[a].receivers[u].type',
      ]);
    });
  }
  for (const [settings, at] of [
    ['recipient: a', 'settings'],
    ['endpointUrl: https://chat.example/api, token: xoxb-1, recipient: a', 'settings'],
    ['url: https://slack.com.example/api/chat.postMessage', 'settings.url'],
    ['url: $SLACK_URL', 'settings.url'],
  ] as const) {
    it(`refuses Slack by ${settings}`, () => {
      expect(wheres(receiver('slack', settings))).to.deep.equal([`contactPoints[a].receivers[u].${at}`]);
    });
  }
  it('refuses a webhook whose address it cannot see', () => {
    for (const url of ['$HOOK', 'http://127.0.0.1:1/$__env{X}']) {
      expect(wheres(receiver('webhook', `url: '${url}'`))).to.deep.equal([
        'contactPoints[a].receivers[u].settings.url',
      ]);
    }
  });
  it('refuses what Grafana would take from its environment or from files', () => {
    const settings = 'bottoken: $TOKEN, chatid: "$__file{/etc/chat}", message: "costs 5$$ or 5 $"';
    expect(wheres(receiver('telegram', settings))).to.deep.equal([
      'contactPoints[a].receivers[u].settings.bottoken',
      'contactPoints[a].receivers[u].settings.chatid',
    ]);
    const jsonData = 'jsonData: { derivedFields: [{ url: "$${__value.raw}" }] }';
    const secret = 'secureJsonData: { httpHeaderValue1: Bearer $TOKEN }';
    expect(wheres(source(`type: loki, url: http://127.0.0.1:1, ${jsonData}, ${secret}`))).to.deep.equal([
      'datasources[a].secureJsonData.httpHeaderValue1',
    ]);
  });
  it('looks into alerting files that are JSON, as Grafana does', () => {
    const text = JSON.stringify({ contactPoints: [{ name: 'a', receivers: [{ uid: 'u', type: 'smoke' }] }] });
    expect(confineGrafana('grafana/provisioning/alerting/a.json', text)).to.have.length(1);
    expect(confineGrafana('grafana/provisioning/dashboards/a.json', text)).to.deep.equal([]);
  });
  it('tells an address that leads elsewhere without its path, which may be a secret', () => {
    const settings = 'url: https://chat.example/services/s3cret, token: xoxb-s3cret';
    for (const type of ['slack', 'webhook']) {
      const [problem] = confineGrafana('grafana/a.yaml', receiver(type, settings));
      expect(problem?.message).to.match(/^https:\/\/chat\.example\/…: /);
    }
  });
  it('refuses data sources whose other settings lead elsewhere', () => {
    const rest =
      'type: prometheus, url: http://127.0.0.1:1, jsonData: { oauth2: { tokenUrl: https://login.example/x } }';
    expect(wheres(source(rest))).to.deep.equal(['datasources[a].jsonData.oauth2.tokenUrl']);
  });
  it('takes data sources of this machine, and those that ask nobody', () => {
    expect(wheres(source('type: prometheus, url: http://127.0.0.1:9090'))).to.deep.equal([]);
    expect(wheres(source('type: testdata'))).to.deep.equal([]);
  });
  it('refuses data sources that lead off this machine, or whose address it cannot see', () => {
    for (const rest of [
      'type: prometheus, url: https://prometheus.corp.example',
      'type: loki, url: $LOKI',
      'type: cloudwatch',
    ]) {
      expect(wheres(source(rest)), rest).to.deep.equal(['datasources[a].url']);
    }
  });
});
