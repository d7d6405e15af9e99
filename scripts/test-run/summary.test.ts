import { expect } from 'chai';
import type { Result } from './step.ts';
import { closingLine, failuresOf, sumOf, tableOf, timesOf } from './summary.ts';

const results: readonly Result[] = [
  { name: 'biome', passed: 1, failed: 0, skipped: 0, tookMs: 1_234, failures: [] },
  {
    name: 'harness/x.integration.ts',
    passed: 12,
    failed: 2,
    skipped: 1,
    tookMs: 150_000,
    failures: ['a', 'b'],
  },
];

describe('the summary of a test run', () => {
  it('ends with one line of counts', () => {
    expect(closingLine(sumOf(results))).to.equal('13 passed, 2 failed, 1 skipped');
    expect(closingLine(sumOf(results.slice(0, 1)))).to.equal('1 passed, 0 failed');
    expect(closingLine(sumOf([]))).to.equal('0 passed, 0 failed');
  });

  it('shows each step with its counts and time', () => {
    expect(tableOf(results).split('\n')).to.deep.equal([
      '                          passed  failed  skipped      took',
      'biome                          1       0        0     1.2 s',
      'harness/x.integration.ts      12       2        1  2 m 30 s',
      '',
    ]);
  });

  it('shows the duration of the phases and of the longest steps', () => {
    const steps = Array.from({ length: 12 }, (_, i) => ({ name: `step ${i}`, tookMs: i * 1_000 }));
    const lines = timesOf([{ name: 'drills', tookMs: 90_000 }], steps)
      .trimEnd()
      .split('\n')
      .slice(1);
    expect(lines[0]).to.match(/^drills +90\.0 s$/);
    expect(lines.slice(1).map((line) => line.split('  ')[0])).to.deep.equal(
      [11, 10, 9, 8, 7, 6, 5, 4, 3, 2].map((i) => `step ${i}`),
    );
  });

  it('lists the failures by step', () => {
    expect(failuresOf(results)).to.equal('harness/x.integration.ts\n  ✗ a\n  ✗ b\n');
  });

  it('lists what failed before a step was repeated', () => {
    const [step] = results as [Result];
    expect(failuresOf([{ ...step, failedBefore: ['too late'] }])).to.equal(
      'biome, before it was repeated alone\n  ✗ too late\n',
    );
  });
});
