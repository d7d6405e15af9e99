import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { FiredrillError } from '../../core/errors.ts';
import { provisioningErrors, refuseProvisioningErrors } from './provisioning.ts';

// Log lines of a real Grafana.
const missing =
  '{"error":"open /r/config/grafana/provisioning/plugins: no such file or directory","level":"error","logger":"provisioning.plugins","msg":"Failed to read plugin provisioning files from directory","path":"/r/config/grafana/provisioning/plugins","t":"2026-11-21T11:37:52.473787341Z"}';
const refused =
  '{"error":"uid too long, max 40 characters","file":"/r/config/grafana/provisioning/dashboards/slo.json","level":"error","logger":"provisioning.dashboard","msg":"failed to save dashboard","name":"firedrill","t":"2026-11-21T11:37:52.520601378Z","type":"file"}';
const others = [
  '{"level":"error","logger":"settings","msg":"Failed to detect generated javascript files in public/build","t":"2026-11-21T11:37:50.08342506Z"}',
  '{"level":"info","logger":"provisioning.alerting","msg":"finished to provision alerting","t":"2026-11-21T11:37:52.516758035Z"}',
  'Error: ✗ no JSON at all',
];

describe("errors of Grafana's provisioning", () => {
  it('are shown with the file, one line each', () => {
    expect(provisioningErrors([...others, missing, refused].join('\n'))).to.deep.equal([
      'dashboards/slo.json: failed to save dashboard: uid too long, max 40 characters',
    ]);
  });

  it('include the last line of a Grafana that does not start', () => {
    const words = [
      'failure to parse file mute.yaml: 40 is not a valid day of the month: out of range',
      'Datasource provisioning error: datasource.yaml config is invalid',
    ];
    const log = [missing, ...words.map((text) => `Error: ✗ ${text}`)].join('\n');
    expect(provisioningErrors(log)).to.deep.equal(words);
  });

  it('exclude other errors, and folders that may be missing', () => {
    expect(provisioningErrors([...others, missing, ''].join('\n'))).to.deep.equal([]);
  });
});

describe('configuration that Grafana could not provision', () => {
  const locked = refused.replace('uid too long, max 40 characters', 'database is locked');
  let logs = '';
  beforeEach(async () => {
    logs = await mkdtemp(join(tmpdir(), 'provisioning-'));
  });
  afterEach(() => rm(logs, { recursive: true }));
  const kind = async (log: string, overlay?: string) => {
    const file = join(logs, 'grafana.log');
    await writeFile(file, log);
    return await refuseProvisioningErrors(file, overlay).then(
      () => 'taken',
      (error: unknown) => (error instanceof FiredrillError ? error.kind : 'another error'),
    );
  };

  it('is bad input if there are files of the user, else the stack is broken', async () => {
    expect(await kind(refused, '/mine')).to.equal('bad-input');
    expect(await kind(refused)).to.equal('broken');
  });
  it('makes the stack broken if the database was locked', async () => {
    expect(await kind(locked, '/mine')).to.equal('broken');
  });
  it('is not reported without a logged error', async () => {
    expect(await kind(others.join('\n'), '/mine')).to.equal('taken');
  });
});
