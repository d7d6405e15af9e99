import { expect } from 'chai';
import { parse } from 'yaml';
import { adopt } from './adopt.ts';

const adopted = (path: string, text: string) => {
  const files = adopt(new Map([[path, text]]), new Map([[path, path]]), [path]);
  return { config: parse(files.get(path) ?? ''), replacements: files.adoption.replacements };
};

describe('notifiers of newer versions', () => {
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
