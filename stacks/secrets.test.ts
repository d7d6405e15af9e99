import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { readConfigFiles } from './config-files.ts';
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

  it('finds nothing in what everybody may read, nor in what is no YAML', () => {
    expect(secrets('prometheus/rules/a.yml', 'groups: [{ token: abcdefgh }]')).to.deep.equal([]);
    expect(secrets('alertmanager/alertmanager.yml', 'token: [')).to.deep.equal([]);
  });

  it("finds the project's own, made up as they are, and nothing else", async () => {
    const folders = ['config', 'config-full', 'config-direct'];
    const files = await readConfigFiles(folders.map((name) => fileURLToPath(new URL(name, import.meta.url))));
    expect(secretsIn(files)).to.have.members([
      '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw',
      '110201543%3AAAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw',
      'XXXXXXXXXXXXXXXXXXXXXXXX',
      '0'.repeat(32),
    ]);
  });
});
