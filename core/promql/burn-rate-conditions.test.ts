import { expect } from 'chai';
import { burnRateConditionsOf, dividesRates } from './burn-rate-conditions.ts';

const ratio = (window: string) => `sum(rate(e[${window}])) / sum(rate(t[${window}]))`;
const [minute, hour] = [60_000, 3_600_000];

describe('burnRateConditionsOf', () => {
  const windowsOf = (expr: string) =>
    burnRateConditionsOf(expr).map(({ ratios }) => ratios.map(({ windowMs }) => windowMs / minute));

  it('finds the same ratio over two windows, whichever comes first', () => {
    expect(windowsOf(`${ratio('1h')} > 0.0144 and ${ratio('5m')} > 0.0144`)).to.deep.equal([[60, 5]]);
    expect(windowsOf(`0.0144 < (${ratio('5m')}) and on (job) (0.0144 < (${ratio('1h')}))`)).to.deep.equal([
      [5, 60],
    ]);
  });

  it('finds every pair of an alert with several', () => {
    const pair = (short: string, long: string, threshold: string) =>
      `(max(slo:sli_error:ratio_rate${short}{sloth_id="a"} > (${threshold} * 0.001)) without (sloth_window)
        and max(slo:sli_error:ratio_rate${long}{sloth_id="a"} > (${threshold} * 0.001)) without (sloth_window))`;
    const [quick, slow, ...more] = burnRateConditionsOf(
      `${pair('5m', '1h', '14.4')} or ${pair('30m', '6h', '6')}`,
    );
    expect(more).to.deep.equal([]);
    expect(quick).to.deep.equal({
      operator: '>',
      threshold: 14.4 * 0.001,
      factors: { burnRate: 14.4, budget: 0.001 },
      ratios: [
        { text: 'slo:sli_error:ratio_rate5m{sloth_id="a"}', windowMs: 5 * minute },
        { text: 'slo:sli_error:ratio_rate1h{sloth_id="a"}', windowMs: hour },
      ],
    });
    expect(slow?.ratios.map(({ windowMs }) => windowMs)).to.deep.equal([30 * minute, 6 * hour]);
  });

  it('takes the window of a recorded series from its name or its label', () => {
    expect(windowsOf('job:e:ratio_rate1h > 0.1 and job:e:ratio_rate5m > 0.1')).to.deep.equal([[60, 5]]);
    expect(windowsOf('e_ratio{window="1h"} > 0.1 and e_ratio{window="5m"} > 0.1')).to.deep.equal([[60, 5]]);
    expect(windowsOf('job:e:ratio_rate1h > 0.1 and job:e:ratio_rate1h > 0.1')).to.deep.equal([[60, 60]]);
  });

  it('finds a single window whose threshold is written with the budget', () => {
    expect(burnRateConditionsOf(`(${ratio('1h')}) > 14.4 * (1 - 0.99)`)).to.deep.equal([
      {
        operator: '>',
        threshold: 14.4 * (1 - 0.99),
        factors: { burnRate: 14.4, budget: 1 - 0.99, objective: 0.99 },
        ratios: [{ text: `(${ratio('1h')})`, windowMs: hour }],
      },
    ]);
    const [turned] = burnRateConditionsOf(`${ratio('1h')} >= ((1 - 0.9) * 6)`);
    expect(turned?.factors).to.deep.equal({ burnRate: 6, budget: 1 - 0.9, objective: 0.9 });
  });

  for (const [what, expr] of [
    ['a plain threshold over one window', `${ratio('1h')} > 0.0144`],
    ['two different ratios', `${ratio('1h')} > 0.1 and sum(rate(x[5m])) / sum(rate(t[5m])) > 0.1`],
    ['two thresholds', `${ratio('1h')} > 0.1 and ${ratio('5m')} > 0.2`],
    ['no ratio', 'rate(e[1h]) > 0.1 and rate(e[5m]) > 0.1'],
    ['either of two windows', `${ratio('1h')} > 0.1 or ${ratio('5m')} > 0.1`],
    ['what is excluded', `up unless (${ratio('1h')} > 14.4 * (1 - 0.9))`],
    ['a lower limit', `${ratio('1h')} < 14.4 * (1 - 0.9)`],
    ['a truth value', `${ratio('1h')} > bool 14.4 * (1 - 0.9)`],
    ['pairs on two sides of `or`', `(a and ${ratio('1h')} > 0.1) or (a and ${ratio('5m')} > 0.1)`],
  ] as const) {
    it(`leaves out ${what}`, () => {
      expect(burnRateConditionsOf(expr)).to.deep.equal([]);
    });
  }
});

describe('dividesRates', () => {
  for (const [expr, expected] of [
    [ratio('5m'), true],
    [`max by (job) ((${ratio('5m')}))`, true],
    ['(sum(increase(e[1h])) or vector(0)) / sum(increase(t[1h]))', true],
    ['sum(rate(latency_sum[5m])) / sum(rate(latency_count[5m]))', false],
    ['sum(rate(e[5m])) / sum(rate(t[1h]))', false],
    ['used / limit', false],
    ['sum(rate(e[5m])) / 10', false],
    ['sum(rate(e[5m]))', false],
    ['avg_over_time(e[5m]) / avg_over_time(t[5m])', false],
  ] as const) {
    it(`is ${expected} of ${expr}`, () => {
      expect(dividesRates(expr)).to.equal(expected);
    });
  }
});
