import { expect } from 'chai';
import { hasLabels, labelsKey } from '../../core/labels.ts';
import { joinSeries, matrixSchema } from './series.ts';

describe('series', () => {
  it('knows the same labels in any order', () => {
    expect(labelsKey({ a: '1', b: '2' })).to.equal(labelsKey({ b: '2', a: '1' }));
    expect(labelsKey({ a: '1' })).not.to.equal(labelsKey({ a: '2' }));
    expect(hasLabels({ a: '1', b: '2' }, { b: '2' })).to.equal(true);
    expect(hasLabels({ a: '1' }, { b: '2' })).to.equal(false);
  });

  it('reads samples of the API in epoch milliseconds', () => {
    const matrix = matrixSchema.parse([
      { metric: {}, values: [[1700000000.1, '+Inf']] },
      { metric: { a: '1' } },
    ]);
    expect(matrix[0]?.values).to.deep.equal([[1_700_000_000_100, Infinity]]);
    expect(matrix[1]?.values).to.deep.equal([]);
  });

  it('joins chunks, keeping a shared sample once', () => {
    const one = matrixSchema.parse([
      {
        metric: { a: '1' },
        values: [
          [1, '1'],
          [2, '2'],
        ],
      },
    ]);
    const two = matrixSchema.parse([
      {
        metric: { a: '1' },
        values: [
          [2, '2'],
          [3, '3'],
        ],
      },
      { metric: { a: '2' }, values: [[3, '9']] },
    ]);
    expect(joinSeries([one, two])).to.deep.equal([
      {
        labels: { a: '1' },
        samples: [
          [1000, 1],
          [2000, 2],
          [3000, 3],
        ],
      },
      { labels: { a: '2' }, samples: [[3000, 9]] },
    ]);
  });
});
