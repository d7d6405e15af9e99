import { expect } from 'chai';
import { quantile } from '../../core/quantile.ts';
import { seededRandom } from '../../core/seeded-random.ts';
import { falseAlarms, medianTolerance } from './median-tolerance.ts';

describe('the tolerance of a median', () => {
  it('is nearly the whole range for one drill, and less the more drills there are', () => {
    const all = [1, 3, 5, 9, 25].map((n) => medianTolerance(n, n));
    expect(all.map((one) => one.toFixed(3))).to.deep.equal(['0.996', '0.949', '0.884', '0.772', '0.542']);
    expect(medianTolerance(3, 9)).to.be.below(medianTolerance(3, 3)).and.above(medianTolerance(9, 9));
    expect(medianTolerance(4, 4)).to.equal(medianTolerance(3, 3));
    expect(medianTolerance(0, 3)).to.equal(1);
    expect(medianTolerance(1_000, 1_000)).to.equal(medianTolerance(25, 25));
  });

  it('is that of the triangular distribution for one drill on each side', () => {
    expect(medianTolerance(1, 1, 0.02)).to.be.closeTo(1 - Math.sqrt(0.04), 1e-5);
  });

  it('is exceeded as rarely as it says, and by waits that add up even more rarely', () => {
    const random = seededRandom(7, 'medians');
    const one = () => random();
    const sum = () => (random() + random()) / 2;
    const drills = 10_000;
    const share = (value: () => number, wanted: number) => {
      const allowed = medianTolerance(3, 3, wanted);
      const median = () => quantile(0.5, [value(), value(), value()]);
      let alarms = 0;
      for (let i = 0; i < drills; i++) if (median() - median() > allowed) alarms += 1;
      return alarms / drills;
    };
    // Three standard deviations of the number of alarms.
    expect(share(one, 0.01)).to.be.closeTo(0.01, 3 * Math.sqrt(0.01 / drills));
    expect(share(sum, 0.01)).to.be.below(0.005);
    expect(falseAlarms).to.be.at.most(1e-5);
  });
});
