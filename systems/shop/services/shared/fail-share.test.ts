import { expect } from 'chai';
import { seededRandom } from '../../../../core/seeded-random.ts';
import { failShare } from './fail-share.ts';

const first = (n: number, share: number, seed = 1) => {
  const fails = failShare(share, seededRandom(seed, 'fail'));
  return Array.from({ length: n }, fails);
};
const failed = (outcomes: readonly boolean[]) => outcomes.filter(Boolean).length;

describe('share of requests that fail', () => {
  it('fails none at 0 and all at 1', () => {
    expect(failed(first(1_000, 0))).to.equal(0);
    expect(failed(first(1_000, 1))).to.equal(1_000);
  });

  it('keeps the share within what chance makes of it', () => {
    for (const share of [0.01, 0.1, 0.3, 0.5, 0.99]) {
      const fourDeviations = 4 * Math.sqrt(10_000 * share * (1 - share));
      expect(failed(first(10_000, share)), String(share)).to.be.closeTo(10_000 * share, fourDeviations);
    }
  });

  it('takes no turns: at 0.5 the failures of ten requests vary, and some follow one another', () => {
    const outcomes = first(1_000, 0.5);
    const tens = Array.from({ length: 100 }, (_, i) => failed(outcomes.slice(10 * i, 10 * i + 10)));
    expect(new Set(tens).size).to.be.at.least(5);
    const repeated = outcomes.filter((fails, n) => n > 0 && fails === outcomes[n - 1]);
    expect(repeated.length).to.be.within(430, 570);
  });

  it('repeats itself by its seed', () => {
    expect(first(100, 0.5, 3)).to.deep.equal(first(100, 0.5, 3));
    expect(first(100, 0.5, 3)).not.to.deep.equal(first(100, 0.5, 4));
  });
});
