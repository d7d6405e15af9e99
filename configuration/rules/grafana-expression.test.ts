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

  it('has none for what it does not know, and for circles', () => {
    expect(expr(node('C', { type: 'resample', expression: 'A' }))).to.equal(undefined);
    expect(expr(node('C', { type: 'math', expression: '$C > 1' }))).to.equal(undefined);
  });
});
