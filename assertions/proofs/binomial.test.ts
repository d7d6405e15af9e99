import { expect } from 'chai';
import { binomialBounds, minTriesToJudge } from './binomial.ts';

describe('binomial bounds', () => {
  it('are exact where they can be counted by hand', () => {
    // For 16 coins, 0 and 16 successes have probability 1/65536 each, 1 and 15 sixteen times that.
    const each = 2 / 65_536;
    expect(binomialBounds(16, 0.5, each)).to.deep.equal({ low: 0, high: 16 });
    expect(binomialBounds(16, 0.5, each * 1.01)).to.deep.equal({ low: 1, high: 15 });
    expect(binomialBounds(16, 0.5, each * 17)).to.deep.equal({ low: 1, high: 15 });
    expect(binomialBounds(16, 0.5, each * 17.01)).to.deep.equal({ low: 2, high: 14 });
  });

  it('are the tightest with a probability of less than alpha outside', () => {
    // P(X ≤ 2) = 3.9e-5 and P(X ≤ 3) = 2.1e-4 for 1500 at 1 %.
    const { low, high } = binomialBounds(1_500, 0.01, 1e-4);
    expect([low, high]).to.deep.equal([3, 32]);
  });

  it('are correct for large numbers', () => {
    const { low, high } = binomialBounds(200_000, 0.01, 1e-4);
    expect(low).to.be.within(1_820, 1_832);
    expect(high).to.be.within(2_170, 2_182);
  });

  it('are exact for a probability of 1', () => {
    expect(binomialBounds(5, 1, 1e-4)).to.deep.equal({ low: 5, high: 5 });
    expect(binomialBounds(0, 0.01, 1e-4)).to.deep.equal({ low: 0, high: 0 });
  });

  it('need this many tries to detect missing successes', () => {
    const tries = minTriesToJudge(0.01, 1e-4);
    expect(binomialBounds(tries, 0.01, 1e-4).low).to.equal(1);
    expect(binomialBounds(tries - 1, 0.01, 1e-4).low).to.equal(0);
    expect(minTriesToJudge(1, 1e-4)).to.equal(1);
  });
});
