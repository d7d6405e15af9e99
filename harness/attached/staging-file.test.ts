import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { messageOf } from '../../core/errors.ts';
import { within } from '../../core/path.ts';
import { parseScenario } from '../../core/scenario.ts';
import { prepareFault } from '../../systems/faults.ts';
import { unattachable } from './attachable.ts';
import { planText } from './plan.ts';
import { readStagingFile } from './staging-file.ts';

const yaml = `
name: shop
hosts: [prometheus.example, alertmanager.example, web.example]
prometheus:
  url: https://prometheus.example/prom
  bearer: { env: TOKEN }
  tls: { ca: ca.pem }
alertmanager:
  url: https://alertmanager.example
  basic: { user: me, password: { file: password.txt } }
  headers: { X-Scope-OrgID: team-a }
grafana:
  url: https://prometheus.example/grafana
  copies: { of: [team], to: "http://10.0.0.7:9199" }
services: { web: { 8080: "https://web.example" } }
`;
const fault = {
  kind: 'http-call',
  params: {
    breaks: 'the shop',
    inject: { pod: 'web', port: 8080, path: '/break?api_token=abc123&how=all' },
    revert: { pod: 'web', port: 8080, path: '/mend' },
  },
  telemetry: { signal: 'query', query: 'up == 0' },
  atLeast: 1,
};
const scenarioOf = (more: object = {}) =>
  parseScenario(
    {
      ...{
        name: 'shop-broken',
        title: 'a',
        summary: 'b',
        stacks: ['metrics'],
        quietFor: '1m',
        settleFor: '1m',
      },
      ...{ load: { rates: {}, warmUp: '1m' }, fault, expectations: [], ...more },
    },
    'scenario.yaml',
  );

describe('the file of a staging', () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'staging-file-test-'));
    file = join(folder, 'staging.yaml');
    await writeFile(join(folder, 'ca.pem'), 'PEM');
    await writeFile(join(folder, 'password.txt'), 'open sesame\n');
    await writeFile(file, yaml);
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('names secrets, which are read, and are in no plan', async () => {
    const staging = await readStagingFile(file, { TOKEN: 'a-secret-token' });
    const pair = Buffer.from('me:open sesame').toString('base64');
    expect(staging.identities.get('prometheus')).to.deep.equal({
      headers: { authorization: 'Bearer a-secret-token' },
      parameters: { latency_offset: '1ms' },
      tls: { ca: 'PEM' },
    });
    expect(staging.identities.get('alertmanager')?.headers).to.deep.equal({
      authorization: `Basic ${pair}`,
      'X-Scope-OrgID': 'team-a',
    });
    expect(staging.secrets).to.include.members(['a-secret-token', 'open sesame', pair]);
    const scenario = scenarioOf();
    const plan = planText(staging, [{ scenario, fault: prepareFault(scenario) }]);
    for (const part of [
      'https://prometheus.example/prom, with a bearer token',
      'POST web:8080/break?api_token=…&how=all',
      'web:8080 is https://web.example',
      'POST web:8080/mend',
      'to contact point team a webhook to http://10.0.0.7:9199/webhook/team (POST /api/v1/provisioning/contact-points)',
      'that webhook (DELETE /api/v1/provisioning/contact-points/UID)',
    ])
      expect(plan).to.contain(part);
    for (const secret of staging.secrets) expect(plan).not.to.contain(secret);
  });

  it('is refused with every secret and certificate that is not there', async () => {
    await rm(join(folder, 'ca.pem'));
    await writeFile(join(folder, 'password.txt'), '\n');
    const message = await readStagingFile(file, {}).then(() => '', messageOf);
    expect(message).to.match(
      /staging\.yaml:6: prometheus\.bearer\.env: the environment has no variable TOKEN/,
    );
    expect(message).to.match(/staging\.yaml:7: prometheus\.tls\.ca: ca\.pem: /);
    expect(message).to.match(/alertmanager\.basic\.password: password\.txt is empty/);
  });

  it('forbids what a drill must not do there', async () => {
    const staging = await readStagingFile(file, { TOKEN: 'a-secret-token' });
    const refused = (more: object) => {
      const scenario = scenarioOf(more);
      const found = unattachable(scenario, prepareFault(scenario), staging, within('scenario.yaml'));
      return found.map(({ where }) => where);
    };
    expect(refused({})).to.deep.equal([]);
    expect(refused({ silences: [{ matchers: ['a=b'], lasts: '1m' }] })).to.deep.equal([
      'scenario.yaml: silences',
    ]);
    expect(refused({ load: { rates: { greet: 1 }, warmUp: '1m' } })).to.deep.equal([
      'scenario.yaml: load.rates',
    ]);
    expect(refused({ load: { rates: {}, warmUp: '1m', history: '1h' } })).to.deep.equal([
      'scenario.yaml: load.history',
    ]);
    expect(refused({ fault: { ...fault, kind: 'traffic-change', params: { factor: 2 } } })).to.deep.equal([
      'scenario.yaml: fault.kind',
    ]);
    expect(refused({ proofs: [{ kind: 'readiness', pods: ['web'] }] })).to.deep.equal([
      'scenario.yaml: proofs[0]',
    ]);
  });
});
