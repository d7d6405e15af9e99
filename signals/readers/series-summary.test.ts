import { expect } from 'chai';
import type { Sample } from './series.ts';
import { closestToThreshold, downsample, gapsIn, observedRange, trueStretches } from './series-summary.ts';

const at = (...times: number[]): Sample[] => times.map((t) => [t, 1]);
const series = (...samples: Sample[]) => ({ labels: {}, samples });

describe('intervals in which an expression has a result', () => {
  it('breaks a stretch at a step without a result', () => {
    expect(trueStretches([series(...at(0, 100, 201, 400, 500))], 100)).to.deep.equal([
      { from: 0, to: 201 },
      { from: 400, to: 500 },
    ]);
    expect(trueStretches([], 100)).to.deep.equal([]);
  });

  it('does not join the stretches of different series, and leaves out one within another', () => {
    const one = series(...at(0, 100, 200));
    const two = series(...at(100, 200, 300, 400));
    const inner = series(...at(200, 300));
    expect(trueStretches([inner, two, one], 100)).to.deep.equal([
      { from: 0, to: 200 },
      { from: 100, to: 400 },
    ]);
  });

  it('is followed by one in which a series had lost its value', () => {
    const up = { labels: { __name__: 'up', job: 'a' }, samples: at(100, 200, 400, 500, 600) };
    const born = series(...at(500, 600, 700, 801));
    expect(gapsIn([up, born], 800, 100)).to.deep.equal([
      { labels: { job: 'a' }, from: 300, to: 300 },
      { labels: { job: 'a' }, from: 700, to: 800 },
    ]);
    const ratio = series([100, 1], [200, NaN], [300, NaN], [400, 1]);
    expect(gapsIn([ratio], 400, 100)).to.deep.equal([{ labels: {}, from: 200, to: 300, notNumber: true }]);
    expect(gapsIn([series([100, NaN], [200, 1], [300, 2])], 300, 100)).to.deep.equal([]);
  });

  it('takes the value nearest to meeting the comparison, and no NaN', () => {
    const all = [series([0, 1], [1, NaN], [2, 5]), series([0, 3], [2, 4])];
    expect(closestToThreshold(all, '>')).to.deep.equal([
      [0, 3],
      [2, 5],
    ]);
    expect(closestToThreshold(all, '<=')).to.deep.equal([
      [0, 1],
      [2, 4],
    ]);
    expect(observedRange(all)).to.deep.equal({ min: 1, max: 5 });
    expect(observedRange([series([0, NaN])])).to.equal(undefined);
  });

  it('thins long series and keeps their peaks, in order', () => {
    const samples = Array.from({ length: 1000 }, (_, i): Sample => [i, i === 337 ? 99 : i === 338 ? -99 : 0]);
    const few = downsample(samples, 100);
    expect(few.length).to.be.at.most(100);
    expect(few).to.deep.include.members([
      [337, 99],
      [338, -99],
    ]);
    expect(few.map(([t]) => t)).to.deep.equal(few.map(([t]) => t).sort((a, b) => a - b));
    expect(downsample(samples, 1000)).to.deep.equal(samples);
  });
});
