/*
 * Drills of a staging's Grafana: a page that arrives, one whose route is lost, and a drill that is killed.
 */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Scope } from '../../core/scope.ts';
import { runCli } from '../testing/cli.ts';
import { killIn } from './testing/kill-in.ts';
import { grafanaState, grafanaYaml, startStagingGrafana } from './testing/live-grafana.ts';
import { breakShop, stagingYaml, startStaging } from './testing/live-staging.ts';

const shopDown = breakShop({
  expectations: [
    {
      ...{ kind: 'page', alert: 'Shop Down', receiver: 'webhook', contactPoint: 'team', within: '40s' },
      labels: { severity: 'page', team: 'shop' },
      resolvedWithin: '60s',
    },
  ],
});

describe('a Grafana that runs already', function () {
  this.timeout(900_000);
  let scope: Scope;
  let ended: AbortController;

  beforeEach(() => {
    scope = new Scope();
    ended = new AbortController();
  });
  afterEach(async () => {
    ended.abort();
    expect(await scope.close()).to.deep.equal([]);
  });

  /** Prometheus' own rule is never true. */
  async function started(options: { readonly routed?: boolean } = {}) {
    const staging = await startStaging(scope, { threshold: 1 }, ended.signal);
    const grafana = await startStagingGrafana(scope, staging, options, ended.signal);
    return { staging, grafana, yaml: stagingYaml(staging, grafanaYaml(grafana, staging)) };
  }
  const drill = (yaml: string) =>
    runCli({
      args: ['--attach', '{dir}/staging.yaml', '{dir}/scenario.yaml'],
      files: { 'staging.yaml': yaml, 'scenario.yaml': shopDown },
    });

  it('pages an emulated receiver by a copy, and is left as it was', async () => {
    const { staging, grafana, yaml } = await started();
    const before = await grafanaState(grafana);
    const { exitCode, kept, stderr, left } = await drill(yaml);
    expect(kept?.record.verdicts.filter(({ outcome }) => outcome !== 'pass')).to.deep.equal([]);
    expect(exitCode, stderr).to.equal(0);
    expect(kept?.record.pages[0]).to.deep.include({ alert: 'Shop Down', contactPoints: ['team'] });
    expect(grafana.reached, 'those whom it reaches otherwise').to.deep.equal(['/team', '/team']);
    expect(await grafanaState(grafana)).to.deep.equal(before);
    expect(JSON.stringify(kept)).not.to.contain(grafana.password);
    expect(staging.state.broken).to.equal(false);
    expect(left).to.deep.equal([]);
  });

  it('whose route is lost fails at the page', async () => {
    const { grafana, yaml } = await started({ routed: false });
    const { exitCode, kept, stderr } = await drill(yaml);
    expect(exitCode, stderr).to.equal(1);
    const autopsy = kept?.record.verdicts.find(({ check }) => check === 'arrives')?.autopsy;
    expect(autopsy?.hop).to.equal('page received');
    expect(grafana.reached).to.include('/all');
  });

  it('is as it was after a killed drill and the next command', async () => {
    const { staging, grafana, yaml } = await started();
    const before = await grafanaState(grafana);
    const folder = await mkdtemp(join(tmpdir(), 'attached-test-'));
    scope.defer('folder', () => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'staging.yaml'), yaml);
    await writeFile(join(folder, 'scenario.yaml'), shopDown);
    const attach = ['--attach', join(folder, 'staging.yaml')];
    await killIn('await pages', [...attach, join(folder, 'scenario.yaml'), '--runs', join(folder, 'runs')]);
    expect(await grafanaState(grafana)).not.to.deep.equal(before);
    const cleaned = await runCli({ args: [...attach, '--clean'] });
    expect(cleaned.exitCode, cleaned.stderr).to.equal(0);
    expect(cleaned.stdout).to.contain('took away the webhook');
    expect(staging.state.broken).to.equal(false);
    expect(await grafanaState(grafana)).to.deep.equal(before);
    expect((await readdir(folder)).sort()).to.deep.equal(['runs', 'scenario.yaml', 'staging.yaml']);
  });
});
