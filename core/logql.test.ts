import { expect } from 'chai';
import { aggregationsOf } from './logql.ts';

describe('range aggregations of LogQL', () => {
  it('finds the log query, its selector and the window', () => {
    const expr = `
      sum by (service) (
        rate({service_name=~".+"} |= \`failed payment\` | label_format service=service_name [1m])
      )
        or label_replace(vector(0), "service", "orders", "", "")`;
    expect(aggregationsOf(expr)).to.deep.equal([
      {
        name: 'rate',
        logs: '{service_name=~".+"} |= `failed payment` | label_format service=service_name',
        selector: '{service_name=~".+"}',
        windowMs: 60_000,
      },
    ]);
  });

  it('steps over strings that contain braces and brackets', () => {
    const expr = 'count_over_time({a="}[5m]"} |~ "x\\"[0-9]{2}" [90s]) / rate({b=`c`}[2m])';
    expect(aggregationsOf(expr).map(({ logs, windowMs }) => [logs, windowMs])).to.deep.equal([
      ['{a="}[5m]"} |~ "x\\"[0-9]{2}"', 90_000],
      ['{b=`c`}', 120_000],
    ]);
  });

  it('finds none in a log query', () => {
    expect(aggregationsOf('{a="b"} |= "c"')).to.deep.equal([]);
  });
});
