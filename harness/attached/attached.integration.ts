/*
 * Drills of a staging that the test starts, in a process of their own: a page that arrives, and one that is lost.
 */
import { expect } from 'chai';
import { Scope } from '../../core/scope.ts';
import { runCli } from '../testing/cli.ts';
import { breakShop, type LiveStaging, stagingYaml, startStaging } from './testing/live-staging.ts';

describe('a staging that runs already', function () {
  this.timeout(300_000);
  const scope = new Scope();
  const ended = new AbortController();
  let staging: LiveStaging;

  before(async () => {
    staging = await startStaging(scope, {}, ended.signal);
  });
  after(async () => {
    ended.abort();
    expect(await scope.close()).to.deep.equal([]);
  });

  const drill = (...args: string[]) =>
    runCli({
      args: ['--attach', '{dir}/staging.yaml', '{dir}/scenario.yaml', ...args],
      files: { 'staging.yaml': stagingYaml(staging), 'scenario.yaml': breakShop() },
    });

  it('pages an emulated receiver, and is left as it was', async () => {
    const { exitCode, kept, stderr, left } = await drill();
    expect(kept?.record.verdicts.filter(({ outcome }) => outcome !== 'pass')).to.deep.equal([]);
    expect(exitCode, stderr).to.equal(0);
    expect(kept?.record.stack).to.include({ runtime: 'attached' });
    expect(kept?.record.pages[0]).to.deep.include({ alert: 'ShopBroken', contactPoints: ['team'] });
    expect(kept?.record.runbooks[0]).to.include({ status: 200 });
    expect(kept?.record.floors.ShopBroken?.detect.worst).to.be.greaterThan(2_000);
    expect(staging.state.broken).to.equal(false);
    expect(left).to.deep.equal([]);
  });
});
