import { expect } from 'chai';
import { parse } from 'yaml';
import { adopt } from './adopt.ts';

const adopted = (path: string, text: string) => {
  const files = adopt(new Map([[path, text]]), new Map([[path, path]]), [path]);
  return { config: parse(files.get(path) ?? ''), replacements: files.adoption.replacements };
};

describe('notifiers of newer versions', () => {
  it('lose the settings that only they have, and that decide neither who is notified nor what is said', () => {
    const { config, replacements } = adopted(
      'alertmanager/alertmanager.yml',
      `
route: { receiver: a }
receivers:
  - name: a
    pushover_configs: [{ token: t, user_key: u, title: '{{ .Status }}', monospace: false }]
    slack_configs: [{ channel: '#a', timeout: 5s, message_text: b }]
`,
    );
    expect(config.receivers[0].pushover_configs).to.deep.equal([
      { token: 't', user_key: 'u', title: '{{ .Status }}' },
    ]);
    // It says what is read, so that Alertmanager's own tool has to refuse it.
    expect(config.receivers[0].slack_configs).to.deep.equal([{ channel: '#a', message_text: 'b' }]);
    expect(replacements.map(({ path, what }) => [path, what])).to.deep.equal([
      ['receivers[a].pushover_configs[0].monospace', 'left out'],
      ['receivers[a].slack_configs[0].timeout', 'left out'],
    ]);
  });

  it('are known in an AlertmanagerConfig as well', () => {
    const { replacements } = adopted(
      'alertmanager/team.yaml',
      `apiVersion: monitoring.coreos.com/v1alpha1
kind: AlertmanagerConfig
metadata: { name: team }
spec:
  route: { receiver: a }
  receivers:
    - name: a
      pushoverConfigs:
        - userKey: { name: s, key: u }
          token: { name: s, key: t }
          monospace: true
`,
    );
    expect(replacements.find(({ path }) => path.endsWith('.monospace'))).to.include({
      line: 11,
      what: 'left out',
    });
  });

  it('of Alertmanager become webhooks beside those that are there, with their send_resolved', () => {
    const { config, replacements } = adopted(
      'alertmanager/alertmanager.yml',
      `
route: { receiver: a }
receivers:
  - name: a
    webhook_configs: [{ url: 'https://one.example/x' }]
    mattermost_configs:
      - { webhook_url: 'https://chat.example/hooks/s3cret', send_resolved: false }
    incidentio_configs: [{ url: 'https://api.incident.io/v2/alert_events/x', alert_source_token: s3cret }]
`,
    );
    expect(config.receivers).to.deep.equal([
      {
        name: 'a',
        webhook_configs: [
          { url: 'https://one.example/x' },
          { url: 'https://newer.internal/incidentio/a/0' },
          { url: 'https://newer.internal/mattermost/a/0', send_resolved: false },
        ],
      },
    ]);
    expect(replacements.map(({ path, what }) => [path, what])).to.deep.equal([
      ['receivers[a].incidentio_configs[0]', 'a webhook in its place'],
      ['receivers[a].mattermost_configs[0]', 'a webhook in its place'],
    ]);
    expect(JSON.stringify(replacements)).not.to.contain('s3cret');
  });

  it('of Grafana become webhooks that keep disableResolveMessage; those that it knows stay', () => {
    const { config, replacements } = adopted(
      'grafana/provisioning/alerting/points.yaml',
      `
apiVersion: 1
contactPoints:
  - name: a
    receivers:
      - { uid: u, type: oncall, disableResolveMessage: true, settings: { url: 'https://oncall.example/s3cret' } }
      - { uid: v, type: discord, settings: { url: 'https://discord.com/api/webhooks/1/x' } }
`,
    );
    expect(config.contactPoints[0].receivers).to.deep.equal([
      {
        uid: 'u',
        type: 'webhook',
        disableResolveMessage: true,
        settings: { url: 'https://newer.internal/oncall/a/0' },
      },
      { uid: 'v', type: 'discord', settings: { url: 'https://discord.com/api/webhooks/1/x' } },
    ]);
    expect(replacements.map(({ path }) => path)).to.deep.equal(['contactPoints[a].receivers[u]']);
  });
});
