import { expect } from 'chai';
import type { AlertEvidence, DrillRecord } from '../../core/record.ts';
import { sampleRecord } from '../../reports/testing/sample-record.ts';
import { timesOf } from './times.ts';

describe('times of a drill', () => {
  it('are those of the first expected page, with the evaluation interval of its rule', () => {
    const { evidence, verdicts } = sampleRecord();
    const alerts = evidence?.alerts ?? [];
    const [first] = alerts;
    const arrives = verdicts.find(({ id }) => id.endsWith('/arrives'));
    const other = { ...first, alert: 'Another', rule: { ...first?.rule, intervalMs: 7 } } as AlertEvidence;
    const record = { verdicts, evidence: { ...evidence, alerts: [other, ...alerts] } } as DrillRecord;
    expect(timesOf(record)).to.deep.include({
      mttdMs: arrives?.measuredMs,
      floorMeanMs: arrives?.floor?.mean,
      intervalMs: first?.rule?.intervalMs,
    });
    expect(timesOf(record).intervalMs).to.be.above(7);
  });

  it('are NaN when the record does not have them', () => {
    expect(timesOf({ verdicts: [], evidence: undefined })).to.deep.equal({
      mttdMs: NaN,
      floorMeanMs: NaN,
      resolveMs: NaN,
      intervalMs: NaN,
    });
  });
});
