/* The gate on a staging: it is green while nothing changes, and names an alert that is lost. */
import { expect } from 'chai';
import { runGate } from '../testing/gate-cli.ts';
import { stagingYaml } from './testing/live-staging.ts';
import { StagingTest } from './testing/staging-test.ts';

describe('firedrill gate --attach', function () {
  this.timeout(900_000);

  it('compares a staging with its own baseline', async () => {
    await using test = new StagingTest();
    const staging = await test.start();
    const sets = { default: { scenarios: ['scenario.yaml'], repeats: 1 } };
    const { path } = await test.folder(stagingYaml(staging, { sets }));
    const gate = (...args: string[]) => runGate(path, ['--attach', 'staging.yaml', ...args]);
    const written = await gate('--write-baseline', 'gate.jsonl');
    expect(written.exitCode, written.stderr).to.equal(0);
    const green = await gate('--baseline', 'gate.jsonl');
    expect(green.exitCode, green.stderr).to.equal(0);
    expect(green.result).to.deep.include({ outcome: 'green', findings: [] });
    staging.state.onBroken = staging.dropReceiver;
    const red = await gate('--baseline', 'gate.jsonl');
    expect(red.exitCode, red.stderr).to.equal(1);
    expect(red.result?.findings.map(({ kind, alert }) => [kind, alert])).to.deep.equal([
      ['lost-alert', 'ShopBroken'],
    ]);
    expect(red.result?.findings[0]?.message).to.contain('configured anew while the drill ran');
    expect(staging.state.broken).to.equal(false);
  });
});
