import { expect } from 'chai';
import { multiplyCounts } from './counts.ts';

const by15 = () => 15;

/** Counts that are multiplied: the rule means the same at a divided pace. */
const multiplied: [expr: string, counted: string][] = [
  ['sum(increase(x[5m])) > 1000', 'sum((15 * increase(x[5m]))) > 1000'],
  ['1000 < sum(increase(x[5m]))', '1000 < sum((15 * increase(x[5m])))'],
  ['increase(x[5m]) / 300 > 0.2', '(15 * increase(x[5m])) / 300 > 0.2'],
  ['changes(x[1h]) > 50', '(15 * changes(x[1h])) > 50'],
  ['resets(x[1h]) >= 16', '(15 * resets(x[1h])) >= 16'],
  ['resets(x[1h]) > 15', '(15 * resets(x[1h])) > 15'],
  ['delta(queue[10m]) > 500', '(15 * delta(queue[10m])) > 500'],
  ['max_over_time(increase(x[5m])[1h:1m]) > 100', 'max_over_time((15 * increase(x[5m]))[1h:1m]) > 100'],
  ['(increase(x[5m]) or vector(0)) > 100', '((15 * increase(x[5m])) or vector(0)) > 100'],
  ['increase(x[5m]) > 100 and up == 1', '(15 * increase(x[5m])) > 100 and up == 1'],
  ['increase(x[5m]) > on () group_left () most', '(15 * increase(x[5m])) > on () group_left () most'],
  // A number of points or of series is none of events.
  ['count_over_time(increase(x[5m])[1h:1m]) > 5', 'count_over_time((15 * increase(x[5m]))[1h:1m]) > 5'],
  ['count by (job) (increase(x[5m])) >= 2', 'count by (job) ((15 * increase(x[5m]))) >= 2'],
  ['increase(x[5m]) * 2 - 10 > 50', '(15 * increase(x[5m])) * 2 - 10 > 50'],
  ['x - x offset 10m > 100', '(15 * (x - (x offset 10m))) > 100'],
  ['free offset 10m - free > 100', '(15 * (free offset 10m - free)) > 100'],
  ['x - x offset -10m < -100', '(15 * (x - (x offset -10m))) < -100'],
  [
    'sum by (a) (x{b="c"}) - sum by (a) (x{b="c"} offset 1h) > 50',
    '(15 * (sum by (a) (x{b="c"}) - sum by (a) (x{b="c"} offset 1h))) > 50',
  ],
  [
    'max_over_time(x[5m]) - min_over_time(x[5m]) > 100',
    '(15 * (max_over_time(x[5m]) - min_over_time(x[5m]))) > 100',
  ],
  ['sum(x) - min_over_time(sum(x)[5m:1m]) > 100', '(15 * (sum(x) - min_over_time(sum(x)[5m:1m]))) > 100'],
  [
    'last_over_time(x[1m]) - last_over_time(x[1m] offset 1h) > 50',
    '(15 * (last_over_time(x[1m]) - last_over_time(x[1m] offset 1h))) > 50',
  ],
  ['delta(free[10m]) < -20', '(15 * delta(free[10m])) < -20'],
  ['-20 > delta(free[10m])', '-20 > (15 * delta(free[10m]))'],
  ['increase(a[5m]) - increase(b[5m]) > 20', '(15 * increase(a[5m])) - (15 * increase(b[5m])) > 20'],
];

/** What means the same at any pace as it is. */
const same = [
  'rate(x[5m]) > 0.5',
  'increase(x[5m]) > 0',
  'increase(x[5m]) >= 1',
  'sum by (a) (changes(x[10m])) != 0',
  'increase(bad[5m]) / increase(all[5m]) > 0.05',
  'x - y offset 10m > 100',
  'rate(x[5m]) - rate(x[5m] offset 1h) > 3',
  'max_over_time(x[5m]) - min_over_time(y[5m]) > 100',
  'max_over_time(x[5m]) - avg_over_time(x[5m]) > 100',
  'max_over_time(x[5m]) - min_over_time(x[5m]) > 0',
  'x > 2 * x offset 1d',
  'increase(x[5m]) > -1',
  'delta(free[10m]) < 0',
  'increase(a[5m]) + increase(b[5m]) > 0',
  'count_over_time(up[10m]) < 20',
  'avg_over_time(x[10m]) > 3',
  'histogram_quantile(0.9, sum by (le) (rate(b[5m]))) > 500',
  // Whatever all of their counts are multiplied by.
  'histogram_quantile(0.9, sum by (le) (increase(b[5m]))) > 2',
  'histogram_fraction(0, 0.2, sum(increase(h[5m]))) < 0.99',
  'histogram_avg(increase(h[5m])) > 3',
];

describe('multiplyCounts', () => {
  for (const [expr, counted] of multiplied) {
    it(`counts as at real pace in ${expr}`, () =>
      expect(multiplyCounts(expr, by15)).to.deep.equal({ expr: counted, unpaced: [] }));
  }
  for (const expr of same) {
    it(`leaves ${expr}`, () => expect(multiplyCounts(expr, by15)).to.deep.equal({ expr, unpaced: [] }));
  }

  it('knows the comparison that is made elsewhere', () => {
    const over = (limit: number) => multiplyCounts('increase(x[5m])', by15, [{ operator: '>', limit }]);
    expect(over(0).expr).to.equal('increase(x[5m])');
    expect(over(100).expr).to.equal('(15 * increase(x[5m]))');
    expect(over(3).unpaced).to.deep.equal([{ kind: 'few', text: 'increase(x[5m])', needs: 4 }]);
    const perSecond = (limit: number) =>
      multiplyCounts('sum(increase(x[5m])) / 300', by15, [{ operator: '>', limit }]);
    expect(perSecond(0.2).expr).to.equal('sum((15 * increase(x[5m]))) / 300');
    expect(perSecond(0.01).unpaced).to.deep.equal([{ kind: 'few', text: 'increase(x[5m])', needs: 4 }]);
  });

  it('goes by each of several comparisons elsewhere', () => {
    const between = (least: number, most: number) =>
      multiplyCounts('increase(x[5m])', by15, [
        { operator: '>', limit: least },
        { operator: '<', limit: most },
      ]);
    expect(between(0, 1)).to.deep.equal({ expr: 'increase(x[5m])', unpaced: [] });
    expect(between(0, 100).expr).to.equal('(15 * increase(x[5m]))');
    expect(between(3, 100).unpaced).to.deep.equal([{ kind: 'few', text: 'increase(x[5m])', needs: 4 }]);
  });

  it('changes nothing where a window is not divided', () => {
    const longOnly = (ms: number) => (ms > 60_000 ? 15 : 1);
    expect(multiplyCounts('increase(x[1m]) + increase(y[5m]) > 100', longOnly).expr).to.equal(
      'increase(x[1m]) + (15 * increase(y[5m])) > 100',
    );
  });

  it('reports counts that a single event would satisfy at this pace', () => {
    const found = (expr: string) =>
      multiplyCounts(expr, by15).unpaced.map(({ kind, needs }) => [kind, needs]);
    expect(found('changes(x[10m]) > 3')).to.deep.equal([['few', 4]]);
    expect(found('sum(increase(x[5m])) * 2 >= 20')).to.deep.equal([['few', 10]]);
    expect(found('10 >= increase(x[5m])')).to.deep.equal([['few', 11]]);
    expect(found('x - x offset 10m > 3')).to.deep.equal([['few', 4]]);
    expect(found('sum by (job) (rate(x[5m])) > 0.02')).to.deep.equal([['few', 7]]);
    expect(found('60 * rate(x[5m]) > 1')).to.deep.equal([['few', 6]]);
    expect(found('max_over_time(x[5m]) - min_over_time(x[5m]) > 3')).to.deep.equal([['few', 4]]);
    expect(found('delta(x[5m]) <= -5')).to.deep.equal([['few', 5]]);
    expect(found('increase(x[5m]) ^ 2 > 9')).to.deep.equal([['few', 4]]);
    expect(found('2 - sqrt(increase(x[5m])) < 0.5')).to.deep.equal([['few', 3]]);
    expect(found('vector(3) < increase(x[5m])')).to.deep.equal([['few', 4]]);
    expect(found('histogram_count(increase(h[5m])) > 3')).to.deep.equal([['few', 4]]);
    expect(found('increase(a[5m]) + increase(b[5m]) > 3')).to.deep.equal([
      ['few', 4],
      ['few', 4],
    ]);
  });

  it('needs one event more to be above a number than to reach it', () => {
    const needs = (comparison: string) =>
      multiplyCounts(`increase(x[5m]) ${comparison}`, by15).unpaced.map((one) => one.needs);
    expect(needs('> 5')).to.deep.equal([6]);
    expect(needs('>= 5')).to.deep.equal([5]);
    expect(needs('> 14')).to.deep.equal([15]);
    expect(needs('>= 15'), 'one event, multiplied, is 15').to.deep.equal([15]);
    expect(needs('> 15')).to.deep.equal([]);
  });

  it('reports clocks and forecasts anywhere in the expression', () => {
    const kinds = (expr: string) => multiplyCounts(expr, by15).unpaced.map(({ kind }) => kind);
    expect(kinds('time() - done > 300')).to.deep.equal(['clock']);
    expect(kinds('ts_of_max_over_time(x[1h]) < 100')).to.deep.equal(['clock']);
    expect(kinds('rate(x[5m]) > 1 and on () hour() > 8')).to.deep.equal(['clock']);
    expect(kinds('predict_linear(free[1h], 4 * 3600) < 0')).to.deep.equal(['forecast']);
    expect(kinds('backup_last_success_timestamp_seconds < 100')).to.deep.equal(['clock']);
    expect(kinds('sum(rate(time_total[5m])) > 1')).to.deep.equal([]);
  });

  it('of rates means the same at any pace if one event is enough, or if a single one never is', () => {
    for (const expr of [
      'rate(x[5m]) > 0',
      'rate(x[5m]) > 0.06',
      'rate(x{code="500"}[5m]) / rate(x[5m]) > 0.01',
      'rate(process_cpu_seconds_total[5m]) > 0.02',
      'rate(x[5m])',
    ])
      expect(multiplyCounts(expr, by15).unpaced, expr).to.deep.equal([]);
  });
});
