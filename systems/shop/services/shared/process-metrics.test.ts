import { expect } from 'chai';
import { cpuShare } from './process-metrics.ts';

describe('CPU utilisation of the process', () => {
  it('is the cores used since the last measurement', () => {
    const usage = { user: 1_000_000, system: 500_000 };
    let now = 10_000;
    const share = cpuShare(
      () => usage,
      () => now,
    );
    now += 1_000;
    usage.user += 250_000;
    expect(share()).to.equal(0.25);
    now += 500;
    usage.user += 500_000;
    usage.system += 250_000;
    expect(share(), 'one and a half cores').to.equal(1.5);
    now += 1_000;
    expect(share()).to.equal(0);
  });

  it('is unknown when no time has passed', () => {
    const share = cpuShare(
      () => ({ user: 0, system: 0 }),
      () => 1,
    );
    expect(share()).to.equal(undefined);
  });
});
