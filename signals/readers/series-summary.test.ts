import { expect } from 'chai';
import type { Sample } from './series.ts';
import { closestToThreshold, downsample, observedRange, trueStretches } from './series-summary.ts';

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
