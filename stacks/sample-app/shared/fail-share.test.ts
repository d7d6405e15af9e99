import { expect } from 'chai';
import { failShare } from './fail-share.ts';

const first = (n: number, share: number) => {
  const fails = failShare(share);
  return Array.from({ length: n }, fails);
};
const failed = (outcomes: readonly boolean[]) => outcomes.filter(Boolean).length;

describe('share of requests that fail', () => {
  it('fails every second request at 0.5, beginning with the first', () => {
    expect(first(5, 0.5)).to.deep.equal([true, false, true, false, true]);
  });

  it('fails none at 0 and all at 1', () => {
    expect(failed(first(100, 0))).to.equal(0);
    expect(failed(first(100, 1))).to.equal(100);
  });

  it('begins with a failure at any share above 0', () => {
    for (const share of [0.01, 0.1, 0.3, 1 / 3, 0.7])
      expect(first(1, share)).to.deep.equal([true], String(share));
  });

  it('keeps the share exactly over whole periods, without drift', () => {
    for (const share of [0.01, 0.1, 0.15, 0.3, 0.7, 0.99]) {
      expect(failed(first(10_000, share)), String(share)).to.equal(Math.round(10_000 * share));
    }
  });

  it('spreads the failures evenly', () => {
    const at = first(101, 0.1).flatMap((fails, n) => (fails ? [n] : []));
    expect(at).to.deep.equal([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
  });
});
