import { expect } from 'chai';
import { grafanaExpression } from './grafana-expression.ts';

const query = { refId: 'A', datasourceUid: 'prometheus', model: { instant: true } };
const node = (refId: string, model: object) => ({ refId, datasourceUid: '__expr__', model });
const expr = (...nodes: object[]) =>
  grafanaExpression(
    'C',
    [query, ...nodes].map((one) => ({ ...one })),
    () => 'q',
  );

describe('a rule of Grafana as one expression', () => {
  it('writes arithmetic, thresholds and what is joined', () => {
    const math = node('C', { type: 'math', expression: '$A * 100 > 5 || $A ** 2 > 1' });
    expect(expr(math)).to.equal('((q) * 100 > 5  or  (q)  ^  2 > 1)');
    const reduce = node('B', { type: 'reduce', reducer: 'last', expression: 'A' });
    const conditions = [{ evaluator: { type: 'outside_range', params: [1, 2] } }];
    const outside = node('C', { type: 'threshold', expression: 'B', conditions });
    expect(expr(reduce, outside)).to.equal('((q) < 1 or (q) > 2)');
  });

  it('writes what makes one value of the points of a range', () => {
    const range = {
      refId: 'A',
      datasourceUid: 'prometheus',
      relativeTimeRange: { from: 300, to: 0 },
      model: {},
    };
    const by = (reducer: string, q = 'q', comesAndGoes = false) =>
      grafanaExpression(
        'B',
        [{ ...range }, node('B', { type: 'reduce', reducer, expression: 'A' })],
        () => q,
        () => comesAndGoes,
      );
    expect(by('max')).to.equal('max_over_time(((q))[5m:1s])');
    expect(by('mean')).to.equal('avg_over_time(((q))[5m:1s])');
    expect(by('count')).to.equal('count_over_time(((q))[5m:1s])');
    expect(by('last')).to.equal('(q)');
    // If the query has no value now, `last` is its previous value.
    expect(by('last', 'q > 1')).to.equal('last_over_time(((q > 1))[5m:1s])');
    expect(by('last', 'q', true)).to.equal('last_over_time(((q))[5m:1s])');
    expect(by('last', 'q > 1 or vector(0)')).to.equal('(q > 1 or vector(0))');
    expect(by('last', 'q > bool 1')).to.equal('(q > bool 1)');
    // Of the difference between the first and the last nothing is known but how far it looks back.
    expect(by('diff')).to.equal('stddev_over_time((q)[5m:])');
    expect(expr(node('C', { type: 'reduce', reducer: 'count', expression: 'A' }))).to.equal('stddev((q))');
  });

  it('finds the range of a query behind what is made of it', () => {
    const math = node('B', { type: 'math', expression: '$A * 100' });
    const range = {
      refId: 'A',
      datasourceUid: 'prometheus',
      relativeTimeRange: { from: 60, to: 0 },
      model: {},
    };
    const reduce = node('C', { type: 'reduce', reducer: 'min', expression: 'B' });
    expect(grafanaExpression('C', [{ ...range }, math, reduce], () => 'q')).to.equal(
      'min_over_time((((q) * 100))[1m:1s])',
    );
  });

  it('has none for what it does not know, and for circles', () => {
    expect(expr(node('C', { type: 'resample', expression: 'A' }))).to.equal(undefined);
    expect(expr(node('C', { type: 'math', expression: '$C > 1' }))).to.equal(undefined);
  });
});
