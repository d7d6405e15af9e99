import { expect } from 'chai';
import { comparisonText } from './comparison.ts';
import type { Measured } from './drill.ts';

const mebibyte = 2 ** 20;

const measured = (more: Partial<Measured> = {}): Measured => ({
  readyMs: 4_000,
  readyByComponent: new Map(),
  idle: new Map([['loki', 100 * mebibyte]]),
  loaded: new Map([
    ['loki', 100 * mebibyte],
    ['tempo', 60 * mebibyte],
  ]),
  harnessBytes: NaN,
  mttdMs: 10_000,
  floorMeanMs: 10_000,
  resolveMs: NaN,
  intervalMs: 1_000,
  wallMs: NaN,
  neededMs: NaN,
  ...more,
});

const mttds = (...all: number[]) => all.map((mttdMs) => measured({ mttdMs }));

describe('comparison of the runtimes', () => {
  it('says that the medians of MTTD are less than one evaluation interval apart, in either order', () => {
    const [shorter, longer] = [mttds(9_000, 10_000, 30_000), mttds(10_000, 10_500, 10_600)];
    const finding =
      "0.50 s apart ÷ 1.00 s, the evaluation interval of the alert's rule = 0.50: less than one";
    expect(comparisonText(shorter, longer)).to.include(finding);
    expect(comparisonText(longer, shorter)).to.include(finding);
  });

  it('says that they are more than one interval apart, or exactly one', () => {
    expect(comparisonText(mttds(10_000), mttds(12_500))).to.include(
      '= 2.50: more than one evaluation interval',
    );
    expect(comparisonText(mttds(10_000), mttds(11_000))).to.include(
      '= 1.00: exactly one evaluation interval',
    );
  });

  it('uses the evaluation interval of the drills', () => {
    const slow = (mttdMs: number) => [measured({ mttdMs, intervalMs: 15_000 })];
    expect(comparisonText(slow(50_000), slow(62_500))).to.include(
      '= 0.83: less than one evaluation interval',
    );
  });

  it('shows the medians, their difference and their ratio', () => {
    const onDocker = [{ readyMs: 9_000, idle: new Map([['loki', 150 * mebibyte]]) }, { readyMs: 11_000 }];
    const text = comparisonText([measured()], onDocker.map(measured));
    expect(text).to.match(/^MTTD +10\.00 s +10\.00 s +0\.00 s +1\.00$/m);
    expect(text).to.match(/^warm stack ready +4\.00 s +10\.00 s +6\.00 s +2\.50$/m);
    expect(text).to.match(/^stack memory, idle +100 MiB +125 MiB +25 MiB +1\.25$/m);
    expect(text).to.match(/^stack memory, under load +160 MiB +160 MiB +0 MiB +1\.00$/m);
  });

  it('shows a dash for a missing figure, and then no finding', () => {
    const unknown = comparisonText([measured({ idle: new Map() })], [measured({ mttdMs: NaN })]);
    expect(unknown).to.match(/^MTTD +10\.00 s +– +– +–$/m);
    expect(unknown).to.match(/^stack memory, idle +– +100 MiB +– +–$/m);
    expect(unknown).to.include('= –: not known');
    expect(comparisonText([], [])).to.include('= –: not known');
    const noInterval = [measured({ intervalMs: NaN })];
    expect(comparisonText(noInterval, noInterval)).to.include('= –: not known').and.not.include('less than');
  });
});
