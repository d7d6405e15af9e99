import { expect } from 'chai';
import { meets, queryComparisonsOf, queryComparisonText, ruleConditionOf } from './grafana-condition.ts';
import type { RuleQuery } from './grafana-query.ts';

const query = (refId: string, expr: string, datasourceUid = 'prometheus'): RuleQuery => ({
  refId,
  datasourceUid,
  model: { expr, instant: true },
});
const expression = (refId: string, model: object): RuleQuery => ({
  refId,
  datasourceUid: '__expr__',
  model: { ...model },
});
const reduce = (refId: string, of: string) =>
  expression(refId, { type: 'reduce', reducer: 'last', expression: of });
const threshold = (of: string, type: string, ...params: number[]) =>
  expression('C', { type: 'threshold', expression: of, conditions: [{ evaluator: { type, params } }] });

describe('conditions of Grafana’s rules', () => {
  it('follows a threshold to its query', () => {
    const comparisons = queryComparisonsOf('C', [
      query('A', 'up\n'),
      reduce('B', 'A'),
      threshold('B', 'lt', 1),
    ]);
    expect(comparisons).to.deep.equal([
      { datasourceUid: 'prometheus', expr: 'up', operator: '<', threshold: 1 },
    ]);
    expect(comparisons.map(queryComparisonText)).to.deep.equal(['(up) < 1']);
  });

  it('follows each side of an or', () => {
    const math = expression('E', { type: 'math', expression: '$C > 0.7 || ($D >= 4e8)' });
    const data = [query('A', 'cpu'), query('B', 'memory'), reduce('C', 'A'), reduce('D', 'B'), math];
    expect(queryComparisonsOf('E', data).map(queryComparisonText)).to.deep.equal([
      '(cpu) > 0.7',
      '(memory) >= 400000000',
    ]);
  });

  it('knows what is joined by and, and what is in parentheses', () => {
    const text = `$B > 1 && ($D < 2 || ($B >= 3 && $\{D} <= -4.5))`;
    const data = [query('A', 'up'), query('C', 'cpu'), reduce('B', 'A'), reduce('D', 'C')];
    const demand = ruleConditionOf('E', [...data, expression('E', { type: 'math', expression: text })]);
    const outline = (one: typeof demand): unknown =>
      one?.kind === 'comparison'
        ? queryComparisonText(one.comparison)
        : [one?.kind, ...(one?.sides ?? []).map(outline)];
    expect(outline(demand)).to.deep.equal([
      'and',
      '(up) > 1',
      ['or', '(cpu) < 2', ['and', '(up) >= 3', '(cpu) <= -4.5']],
    ]);
  });

  it('knows classic conditions, which are joined one way', () => {
    const condition = (of: string, limit: number, operator: string, type = 'gt') => ({
      evaluator: { type, params: [limit] },
      operator: { type: operator },
      query: { params: [of] },
      reducer: { type: 'last' },
    });
    const of = (...conditions: object[]) =>
      ruleConditionOf('E', [
        query('A', 'cpu'),
        query('B', 'memory'),
        expression('E', { type: 'classic_conditions', conditions }),
      ]);
    expect(of(condition('A', 3, 'and'))?.kind).to.equal('comparison');
    const [first, second] = [condition('A', 3, 'and'), condition('B', 4, 'or')];
    expect(of(first, second)).to.deep.include({ kind: 'or' });
    expect(of(first, { ...second, operator: { type: 'and' } })).to.deep.include({ kind: 'and' });
    expect(of(first, second, first)).to.equal(undefined);
    expect(of(first, condition('B', 4, 'or', 'no_value'))).to.equal(undefined);
    // Of one point there is nothing to count.
    expect(of({ ...first, reducer: { type: 'count' } })).to.equal(undefined);
  });

  it('has what makes one value of the points of a range, and what it makes', () => {
    const range = (model: object, from = 300): RuleQuery => ({
      ...{ refId: 'A', datasourceUid: 'prometheus', relativeTimeRange: { from, to: 0 } },
      model: { expr: 'cpu', ...model },
    });
    const by = (reducer: string, model: object = {}) =>
      queryComparisonsOf('C', [
        range(model),
        expression('B', { type: 'reduce', reducer, expression: 'A' }),
        threshold('B', 'gt', 1),
      ]);
    expect(by('max').map(queryComparisonText)).to.deep.equal(['max_over_time((cpu)[5m:1s]) > 1']);
    expect(by('median', { interval: '15s' }).map(queryComparisonText)).to.deep.equal([
      'quantile_over_time(0.5, (cpu)[5m:15s]) > 1',
    ]);
    expect(by('last').map(queryComparisonText)).to.deep.equal(['(cpu) > 1']);
    expect(by('last')[0]?.reduction).to.deep.equal({ reducer: 'last', windowMs: 300_000, stepMs: 1000 });
    expect(by('mean', { instant: true })[0]).not.to.have.property('reduction');
    expect(by('diff')).to.deep.equal([]);
    const classic = expression('C', {
      type: 'classic_conditions',
      conditions: [
        {
          evaluator: { type: 'gt', params: [1] },
          query: { params: ['A'] },
          reducer: { type: 'count' },
        },
      ],
    });
    expect(queryComparisonsOf('C', [range({}), classic]).map(queryComparisonText)).to.deep.equal([
      'count_over_time((cpu)[5m:1s]) > 1',
    ]);
  });

  it('leaves alone what it does not know', () => {
    const data = [query('A', 'up'), reduce('B', 'A')];
    expect(queryComparisonsOf('C', data)).to.deep.equal([]);
    expect(queryComparisonsOf('C', [...data, threshold('B', 'within_range', 1, 2)])).to.deep.equal([]);
    expect(queryComparisonsOf('C', [...data, threshold('X', 'gt', 1)])).to.deep.equal([]);
    const math = (text: string) =>
      queryComparisonsOf('C', [...data, expression('C', { type: 'math', expression: text })]);
    expect(math('$B > 1 && $B < 2').map(queryComparisonText)).to.deep.equal(['(up) > 1', '(up) < 2']);
    expect(math('$B > 1 || abs($B) > 2')).to.deep.equal([]);
  });

  it('compares', () => {
    const held = (['>', '>=', '<', '<='] as const).filter((operator) => meets(2, { operator, threshold: 2 }));
    expect(held).to.deep.equal(['>=', '<=']);
    expect(meets(3, { operator: '>', threshold: 2 })).to.equal(true);
    expect(meets(Number.NaN, { operator: '>', threshold: 2 })).to.equal(false);
  });
});
