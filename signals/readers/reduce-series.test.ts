import { expect } from 'chai';
import type { Reducer } from '../../core/grafana-query.ts';
import { reduceSeries } from './reduce-series.ts';
import type { Sample } from './series.ts';

/** A sample every second from second 1 on; `undefined`: none. */
function reduced(reducer: Reducer, values: readonly (number | undefined)[], windowS: number, stepS = 1) {
  const samples = values.flatMap((value, i): Sample[] =>
    value === undefined ? [] : [[1000 * (i + 1), value]],
  );
  const [only] = reduceSeries(
    [{ labels: { job: 'a' }, samples }],
    { reducer, windowMs: 1000 * windowS, stepMs: 1000 * stepS },
    { fromMs: 4000, toMs: 8000, everyMs: 1000 },
  );
  return only?.samples.map(([at, value]) => [at / 1000, value]) ?? [];
}
const values = [0, 1, 0, 5, 0, 0, 0, 0];

describe('what Grafana makes of the points of a range', () => {
  it('is the largest as long as it lies in the range, and the smallest once all are that large', () => {
    expect(reduced('max', values, 2)).to.deep.equal([
      [4, 5],
      [5, 5],
      [6, 5],
      [7, 0],
      [8, 0],
    ]);
    const lasting = [0, 0, 0, 3, 3, 3, 3, 3];
    expect(reduced('min', lasting, 2)).to.deep.equal([
      [4, 0],
      [5, 0],
      [6, 3],
      [7, 3],
      [8, 3],
    ]);
  });

  it('is the mean, the median, the sum and the number of them', () => {
    expect(reduced('mean', values, 2)).to.deep.equal([
      [4, 2],
      [5, 5 / 3],
      [6, 5 / 3],
      [7, 0],
      [8, 0],
    ]);
    expect(reduced('median', [1, 9, 2, 4, 8, 6, 6, 6], 3)).to.deep.equal([
      [4, 3],
      [5, 6],
      [6, 5],
      [7, 6],
      [8, 6],
    ]);
    expect(reduced('sum', values, 3)).to.deep.equal([
      [4, 6],
      [5, 6],
      [6, 5],
      [7, 5],
      [8, 0],
    ]);
    const some = [1, undefined, undefined, 1, 1, undefined, undefined, undefined];
    expect(reduced('count', some, 2)).to.deep.equal([
      [4, 1],
      [5, 2],
      [6, 2],
      [7, 1],
    ]);
  });

  it('is the last one, also where that is old', () => {
    const gone = [0, 0, 0, 7, undefined, undefined, undefined, undefined];
    expect(reduced('last', gone, 2)).to.deep.equal([
      [4, 7],
      [5, 7],
      [6, 7],
    ]);
  });

  it('is of whole steps only', () => {
    expect(reduced('max', [0, 0, 0, 0, 9, 1, 1, 1], 4, 2)).to.deep.equal([
      [4, 0],
      [5, 0],
      [6, 1],
      [7, 1],
      [8, 1],
    ]);
  });

  it('counts as many points as the rule asks for, where those are closer', () => {
    const [only] = reduceSeries(
      [
        {
          labels: {},
          samples: [
            [0, 1],
            [100, 1],
          ],
        },
      ],
      { reducer: 'sum', windowMs: 1000, stepMs: 50 },
      { fromMs: 100, toMs: 100, everyMs: 100 },
    );
    expect(only?.samples).to.deep.equal([[100, 4]]);
  });
});
