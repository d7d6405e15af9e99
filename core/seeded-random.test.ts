import { expect } from 'chai';
import { isSeed, randomSeed, seededRandom } from './seeded-random.ts';

const first = (n: number, random: () => number) => Array.from({ length: n }, random);

describe('chance', () => {
  it('repeats itself by its seed, and has another stream for each seed and name', () => {
    const numbers = first(50, seededRandom(7, 'fail'));
    expect(first(50, seededRandom(7, 'fail'))).to.deep.equal(numbers);
    for (const other of [seededRandom(8, 'fail'), seededRandom(7, 'slow')]) {
      expect(first(50, other).filter((value) => numbers.includes(value))).to.deep.equal([]);
    }
  });

  it('is evenly distributed from 0 to below 1', () => {
    const tenths = new Array<number>(10).fill(0);
    for (const value of first(10_000, seededRandom(1, 'fail'))) {
      expect(value).to.be.within(0, 1 - Number.EPSILON);
      tenths[Math.floor(value * 10)] = (tenths[Math.floor(value * 10)] ?? 0) + 1;
    }
    // Four standard deviations of a binomial with mean 1,000.
    for (const count of tenths) expect(count).to.be.within(880, 1_120);
  });

  it('takes whole numbers of 32 bits as seeds', () => {
    for (const seed of [0, 2 ** 32 - 1, randomSeed()]) expect(isSeed(seed), String(seed)).to.equal(true);
    for (const seed of [-1, 0.5, 2 ** 32, Number.NaN, '1', undefined]) expect(isSeed(seed)).to.equal(false);
  });
});
