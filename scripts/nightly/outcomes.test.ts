import { expect } from 'chai';
import type { DrillRecord } from '../../core/record.ts';
import { sampleRecord } from '../../reports/testing/sample-record.ts';
import { isExplained, type Outcome, outcomesText, worstOf } from './outcomes.ts';

const codes = (...exitCodes: number[]) => exitCodes.map((exitCode) => ({ exitCode }));

const drill = (measuredMs: number): DrillRecord => {
  const record = sampleRecord();
  const floor = { terms: [], best: 8_000, mean: 10_000, worst: 12_000 };
  const verdict = { title: '', message: '', evidence: [] as string[], outcome: 'pass' as const };
  return {
    ...record,
    verdicts: [
      { ...verdict, id: 'A@slack/arrives', measuredMs, floor },
      { ...verdict, id: 'A@slack/resolved', measuredMs: 99_000, floor },
    ],
  };
};

describe('the outcome of a nightly run', () => {
  it('is the worst: a broken harness is worse than a failed expectation', () => {
    expect(worstOf(codes(0, 0))).to.equal(0);
    expect(worstOf(codes(0, 1))).to.equal(1);
    expect(worstOf(codes(1, 2))).to.equal(2);
    expect(worstOf(codes(3, 1, 2))).to.equal(3);
    expect(worstOf(codes(0, 130, 3))).to.equal(130);
    expect(worstOf(codes(0, 139))).to.equal(3);
    expect(worstOf([])).to.equal(3);
  });

  it('is not explained when no record matches the exit code of a command', () => {
    const [held, broken] = [sampleRecord(), sampleRecord('broken')];
    expect(isExplained({ exitCode: 0, records: [held] })).to.equal(true);
    expect(isExplained({ exitCode: 3, records: [held, broken] })).to.equal(true);
    // The first was killed after its first drill, the second refused before it.
    expect(isExplained({ exitCode: 3, records: [held] })).to.equal(false);
    expect(isExplained({ exitCode: 2, records: [] })).to.equal(false);
    expect(isExplained({ exitCode: 0, records: [] })).to.equal(true);
  });

  it('shows how many MTTDs are within the floor, and their spread', () => {
    const outcomes: Outcome[] = [
      {
        name: 'checkout-errors ×3 at fast pace',
        exitCode: 1,
        tookMs: 180_000,
        log: 'a.log',
        held: '2 of 3',
        records: [drill(9_000), drill(11_000), drill(12_500)],
        tail: [],
      },
      {
        name: 'npm test',
        exitCode: 0,
        tookMs: 61_000,
        log: 'b.log',
        held: '9 passed, 0 failed',
        records: [],
        tail: [],
      },
    ];
    const cells = outcomesText(outcomes)
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/\s{2,}/));
    expect(cells.slice(1)).to.deep.equal([
      [
        'checkout-errors ×3 at fast pace',
        'failed',
        '2 of 3',
        '9.0 s / 11.0 s / 12.5 s',
        '2 of 3',
        '3 m',
        'a.log',
      ],
      ['npm test', 'held', '9 passed, 0 failed', '–', '–', '61.0 s', 'b.log'],
    ]);
  });
});
