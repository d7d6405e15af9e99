import { expect } from 'chai';
import { parse } from 'yaml';
import { notifierAt } from '../../core/notifier.ts';
import { UsedFiles } from '../files/files.ts';
import { contactPointsIn } from '../routes/contact-points.ts';
import { withObservers } from './observers.ts';

const url = 'http://127.0.0.1:9';
const alertmanager = 'alertmanager/alertmanager.yml';
const grafana = 'grafana/provisioning/alerting/points.yaml';

const used = (file: string, text: string, others: Record<string, string> = {}): string =>
  withObservers(new UsedFiles([[file, text], ...Object.entries(others)]), url).get(file) ?? '';

const inAlertmanager = (text: string, others?: Record<string, string>) =>
  parse(used(alertmanager, text, others)).receivers;
const templateOf = (text: string, others?: Record<string, string>) =>
  inAlertmanager(text, others)[0].webhook_configs.map(
    (one: { url: string }) => notifierAt(new URL(one.url).pathname)?.template,
  );

describe('an observer', () => {
  it('stands beside each notifier of Alertmanager, and sends resolutions where that does', () => {
    const [receiver] = inAlertmanager(`
receivers:
  - name: on call/payments
    slack_configs: [{ channel: '#a' }, { channel: '#b', send_resolved: true }]
    pagerduty_configs: [{ routing_key: k }, { routing_key: k, send_resolved: false }]
    webhook_configs: [{ url: 'http://127.0.0.1:1/x', max_alerts: 1 }]
`);
    const at = (kind: string, index: number) =>
      `${url}/notifier/prometheus/${kind}/${index}/default/on%20call%2Fpayments`;
    expect(receiver.webhook_configs).to.deep.equal([
      { url: 'http://127.0.0.1:1/x', max_alerts: 1 },
      { url: at('slack', 0), send_resolved: false },
      { url: at('slack', 1), send_resolved: true },
      { url: at('pagerduty', 0), send_resolved: true },
      { url: at('pagerduty', 1), send_resolved: false },
      { url: at('webhook', 0), send_resolved: true },
    ]);
    expect(notifierAt(new URL(at('slack', 1)).pathname)).to.deep.equal({
      manager: 'prometheus',
      contactPoint: 'on call/payments',
      kind: 'slack',
      index: 1,
      template: 'default',
    });
  });

  it('stands beside each receiver of a contact point of Grafana, told apart also across files', () => {
    const point = (uid: string) => `
contactPoints:
  - orgId: 1
    name: team
    receivers:
      - { uid: ${uid}, type: slack, disableResolveMessage: true, settings: { url: 'https://hooks.slack.com/x', text: own } }
`;
    const other = 'grafana/provisioning/alerting/more.yaml';
    const files = withObservers(
      new UsedFiles([
        [grafana, point('a')],
        [other, point('b')],
      ]),
      url,
    );
    const [one, two] = [...files.values()].map((text) => parse(text).contactPoints[0].receivers[1]);
    expect(one).to.deep.include({
      type: 'webhook',
      disableResolveMessage: true,
      settings: { url: `${url}/notifier/grafana/slack/0/own/team` },
    });
    expect(two.settings.url).to.equal(`${url}/notifier/grafana/slack/1/own/team`);
    expect(one.uid)
      .to.match(/^[\w-]{1,40}$/)
      .and.not.equal(two.uid);
  });

  it('says whose template writes the message', () => {
    const slack = (entry: string) => `receivers: [{ name: a, slack_configs: [${entry}] }]`;
    expect(templateOf(slack('{ channel: "#a" }'))).to.deep.equal(['default']);
    expect(templateOf(slack('{ title: x }'))).to.deep.equal(['own']);
    expect(templateOf(slack('{ fields: [] }'))).to.deep.equal(['own']);
    const redefined = { 'alertmanager/own.tmpl': '{{ define "slack.default.text" }}x{{ end }}' };
    expect(templateOf(slack('{ channel: "#a" }'), redefined)).to.deep.equal(['own']);
    const others = { 'alertmanager/own.tmpl': '{{ define "team.text" }}x{{ end }}' };
    expect(templateOf(slack('{ channel: "#a" }'), others)).to.deep.equal(['default']);
  });

  it('does not go through what all notifiers go through', () => {
    const [receiver] = inAlertmanager(
      'global: { http_config: { proxy_url: "http://a:1" } }\nreceivers: [{ name: a, slack_configs: [{}] }]',
    );
    expect(receiver.webhook_configs[0].http_config).to.deep.equal({ follow_redirects: true });
  });

  it('is told from what the user wrote, is said to be added, and is no contact point', () => {
    const text = used(
      alertmanager,
      'receivers:\n  - name: a # ours\n    slack_configs: [{ channel: "#a" }]\n  - name: nobody\n',
    );
    expect(text).to.contain('# ours').and.to.contain('# added by firedrill');
    expect(parse(text).receivers[1]).to.deep.equal({ name: 'nobody' });
    expect(contactPointsIn(new Map([[alertmanager, text]])).map(({ kind }) => kind)).to.deep.equal(['slack']);
    const points = used(
      grafana,
      'contactPoints: [{ name: a, receivers: [{ uid: a, type: telegram, settings: {} }] }]',
    );
    expect(contactPointsIn(new Map([[grafana, points]])).map(({ kind }) => kind)).to.deep.equal(['telegram']);
  });

  it('is in no other file', () => {
    for (const file of ['prometheus/prometheus.yml', 'grafana/provisioning/dashboards/a.json'])
      expect(used(file, 'receivers: [{ name: a, slack_configs: [{}] }]')).to.equal(
        'receivers: [{ name: a, slack_configs: [{}] }]',
      );
  });
});
