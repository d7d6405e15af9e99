import { expect } from 'chai';
import { problemsOf } from '../testing/problems-of.ts';
import { rangeAggregationsOf } from './range-aggregations.ts';

const found = (expr: string) =>
  rangeAggregationsOf(expr).map(({ from, to, name, logs, windowMs, offsetMs, isUnwrapped }) => ({
    text: expr.slice(from, to),
    name,
    logs: logs.text,
    windowMs,
    ...(offsetMs === 0 ? {} : { offsetMs }),
    ...(isUnwrapped ? { isUnwrapped } : {}),
  }));

describe('range aggregations of LogQL', () => {
  it('have a place, a log query and a window', () => {
    const expr = `
      sum by (service) (
        rate({service_name=~".+"} |= \`failed payment\` | label_format service=service_name [1m])
      )
        or label_replace(vector(0), "service", "orders", "", "")`;
    expect(found(expr)).to.deep.equal([
      {
        text: 'rate({service_name=~".+"} |= `failed payment` | label_format service=service_name [1m])',
        name: 'rate',
        logs: '{service_name=~".+"} |= `failed payment` | label_format service=service_name',
        windowMs: 60_000,
      },
    ]);
  });

  it('are those of either side of an operator, each with its own', () => {
    const expr =
      '(count_over_time({a="}[5m]"} |~ "x\\"[0-9]{2}" [90s]) unless rate({b=`c[1m]`}[2m])) > 5 and bytes_rate({d="e"}[1h30m])';
    expect(found(expr).map(({ name, logs, windowMs }) => [name, logs, windowMs])).to.deep.equal([
      ['count_over_time', '{a="}[5m]"} |~ "x\\"[0-9]{2}"', 90_000],
      ['rate', '{b=`c[1m]`}', 120_000],
      ['bytes_rate', '{d="e"}', 5_400_000],
    ]);
  });

  it('may look back from earlier, or ahead', () => {
    expect(found('count_over_time({a="b"}[5m] offset 1h)')).to.deep.equal([
      {
        text: 'count_over_time({a="b"}[5m] offset 1h)',
        ...{ name: 'count_over_time', logs: '{a="b"}', windowMs: 300_000, offsetMs: 3_600_000 },
      },
    ]);
    expect(found('rate({a="b"}[5m] offset -30s)')[0]).to.deep.include({ offsetMs: -30_000 });
  });

  it('may read a label, which a line must have', () => {
    const expr =
      'quantile_over_time(0.99, {a="b"} | json | unwrap duration(took) | __error__="" [1.5h]) by (route)';
    expect(found(expr)).to.deep.equal([
      {
        text: expr,
        name: 'quantile_over_time',
        logs: '{a="b"} | json | took != "" | __error__=""',
        windowMs: 5_400_000,
        isUnwrapped: true,
      },
    ]);
  });

  it('may have both, which the grammar does not know', () => {
    const unwrapped = 'sum_over_time({a="b"} | json | unwrap x [5m] offset -1h)';
    expect(found(`sum(${unwrapped} by (y)) > 5`)).to.deep.equal([
      {
        ...{ text: `${unwrapped} by (y)`, name: 'sum_over_time', logs: '{a="b"} | json | x != ""' },
        ...{ windowMs: 300_000, offsetMs: -3_600_000, isUnwrapped: true },
      },
    ]);
  });

  it('are not read where an error is left', () => {
    for (const expr of [
      'rate({a="b"} | json | c > d > 3 [5m])',
      'rate({a="b"} | json | c > 3 d > 5 [5m])',
      'sum_over_time({a="b"} | json | unwrap x [5m] offset)',
      'sum_over_time({a="b"} | json | unwrap x [5m] offset 1h offset 2h)',
      'rate({a="b"}[5m] offset 1h 2h)',
      'rate({a="b"}[$__interval])',
      'rate({a="b"})',
      'rate(a[5m])',
      '',
    ]) {
      expect(
        problemsOf(() => rangeAggregationsOf(expr)),
        expr,
      ).to.have.length(1);
    }
  });

  it('may have their range before their stages, and parentheses', () => {
    for (const expr of [
      'count_over_time({a="b"}[5m] |= "c" | json)',
      'count_over_time(({a="b"} |= "c" | json)[5m])',
      'count_over_time(({a="b"} |= "c" | json [5m]))',
    ]) {
      expect(found(expr), expr).to.deep.equal([
        { text: expr, name: 'count_over_time', logs: '{a="b"} |= "c" | json', windowMs: 300_000 },
      ]);
    }
  });

  const lengths: [length: string, ms: number][] = [
    ['500ms', 500],
    ['1500us', 1.5],
    ['1m30.5s', 90_500],
    ['1w2d', 777_600_000],
    ['1y', 31_536_000_000],
  ];
  for (const [length, ms] of lengths) {
    it(`${length} is ${ms} ms`, () => expect(found(`rate({a="b"}[${length}])`)[0]?.windowMs).to.equal(ms));
  }

  it('are not there in comments and log queries', () => {
    expect(found('vector(1) # rate({a="b"}[5m])')).to.deep.equal([]);
    expect(found('{a="b"} |= "rate({c=`d`}[5m])"')).to.deep.equal([]);
  });

  it('are refused with the position where they do not parse', () => {
    const [problem] = problemsOf(() => rangeAggregationsOf('sum(\n  rate({a="b"[5m]))'));
    expect(problem?.where).to.equal('LogQL expression: line 2, column 14');
    expect(problem?.message).to.equal('does not parse at "[5m]))"');
  });
});
