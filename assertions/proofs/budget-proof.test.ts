import { expect } from 'chai';
import { findingOn } from './testing/proof-fixtures.ts';

const proof = {
  kind: 'budget',
  journey: 'checkout',
  objective: 99.9,
  period: '30d',
  dashboard: 'Error budgets',
  panel: 'Budget left',
  tolerance: 0.1,
} as const;
// 30 days are 172,800 s at this pace: 1382 of the requests may fail.
const found = {
  kind: 'budget',
  query: 'left',
  requests: 500,
  failed: 138,
  perSecond: 8,
  before: 0.05,
  after: -0.05,
} as const;

describe('proof by the error budget', () => {
  it('holds when the panel falls by what the failures spend', () => {
    const { outcome, message, evidence } = findingOn(proof, found);
    expect([outcome, message]).to.deep.equal([
      'pass',
      'the panel Budget left went from 5.00 % to -5.00 %, by 10.00 %; 138 failures are 9.98 % of the budget of 30d',
    ]);
    expect(evidence).to.deep.equal(['1382 failures of checkout use it up; left']);
  });

  it('fails when it falls by more or less than the tolerance allows', () => {
    for (const after of [-0.062, -0.038, 0.05]) {
      const { outcome, message } = findingOn(proof, { ...found, after });
      expect([outcome, message.endsWith('more than 10 % apart')], String(after)).to.deep.equal([
        'fail',
        true,
      ]);
    }
  });

  it('fails for an objective of another budget', () => {
    expect(findingOn({ ...proof, objective: 99 }, found).outcome).to.equal('fail');
  });

  it('fails when the panel shows nothing', () => {
    const { after: _, ...without } = found;
    expect(findingOn(proof, without)).to.include({
      outcome: 'fail',
      message: 'the panel Budget left shows no budget at the end',
    });
  });

  it('is broken when too few requests failed', () => {
    expect(findingOn(proof, { ...found, failed: 9 }).outcome).to.equal('broken');
  });
});
