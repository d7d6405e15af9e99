import { expect } from 'chai';
import { stringify } from 'yaml';
import { WrittenFiles } from '../files/files.ts';
import { checkBurnRates } from './check-burn-rates.ts';

type Rules = Readonly<Record<string, string>>;

/** What is told of rules, each a record or, in capitals, an alert. */
const told = (rules: Rules, path = 'prometheus/rules/slo.yml') => {
  const written = Object.entries(rules).map(([name, expr]) => ({
    [/^[A-Z]/.test(name) ? 'alert' : 'record']: name,
    expr,
  }));
  const text = stringify({ groups: [{ name: 'slo', rules: written }] }, { lineWidth: 0 });
  return checkBurnRates(new WrittenFiles([[path, text]], new Map([[path, 'mine/slo.yml']])));
};
const messages = (expr: string) => told({ Burn: expr }).map(({ message }) => message);

const errors = (window: string) =>
  `sum(rate(errors_total[${window}])) / sum(rate(attempts_total[${window}]))`;
const share = (window: string) => `sum(rate(m{code="500"}[${window}])) / sum(rate(m[${window}]))`;
const both = (ratio: (window: string) => string, threshold: string, long = '1h', short = '5m') =>
  `(${ratio(long)}) > ${threshold} and (${ratio(short)}) > ${threshold}`;

describe('checkBurnRates', () => {
  it('has nothing to say of rules as they should be', () => {
    for (const expr of [
      both(errors, '(14.4 * 0.001)'),
      both(share, '14.4 * (1 - 0.94)', '6h', '30m'),
      `${errors('1h')} > 14.4 * (1 - 0.99)`,
      'job:slo_errors_per_request:ratio_rate1h > (14.4*0.001) and job:slo_errors_per_request:ratio_rate5m > (14.4*0.001)',
      `${both(share, '14.4 * 0.001')} or ${both(share, '6 * 0.001', '6h', '30m')}`,
      // A full outage is a ratio of 1.
      `${share('1h')} >= 2 * (1 - 0.5)`,
    ])
      expect(messages(expr), expr).to.deep.equal([]);
  });

  it('tells where a threshold is out of reach, with its file and line, and which objective is not', () => {
    expect(told({ a: 'up', Burn: `${errors('1h')} > 14.4 * (1 - 0.9)` })).to.deep.equal([
      {
        where: 'mine/slo.yml:7: groups[slo].rules[Burn].expr',
        message:
          'can never hold: asks for more than 1.44 (14.4 * 0.1) of a ratio of errors that is at most 1',
        hint: 'a burn rate of 14.4 is in reach of objectives above 93.06 %',
      },
    ]);
  });

  for (const [what, expr] of [
    ['a product with a budget, over two windows', both(errors, '(14.4 * 0.1)')],
    ['exactly 1', both(share, '2 * (1 - 0.5)')],
    ['a plain number, of what is proven to be a share', both(share, '1.44')],
    ['the complement of what went well', both((window) => `1 - (${errors(window)})`, '1.2')],
    ['a percentage', both((window) => `100 * (${share(window)})`, '14.4 * 10')],
    [
      "sloth's series",
      both((window) => `max(slo:sli_error:ratio_rate${window}{sloth_id="a"}) without (sloth_window)`, '1.44'),
    ],
    [
      'the faster of two burn rates',
      `(${both(errors, '14.4 * 0.1')}) or (${both(errors, '6 * 0.1', '6h', '30m')})`,
    ],
  ] as const) {
    it(`tells where it is out of reach: ${what}`, () => {
      const found = messages(expr);
      expect(found).to.have.lengthOf(1);
      expect(found[0]).to.match(/^can never hold: asks for more than \S+ .*at most (1|100)$/);
    });
  }

  for (const [what, expr] of [
    ['a plain number, of two metrics: several errors may be counted for one attempt', both(errors, '1.44')],
    ['a single plain number, which may be meant', `${share('1h')} > 1`],
    ['no ratio of errors', 'used / limit > 2 * (1 - 0.2)'],
    ['a mean', 'sum(rate(t_sum[1h])) / sum(rate(t_count[1h])) > 2 * (1 - 0.2)'],
    ['an expression that does not parse', 'sum(rate('],
  ] as const) {
    it(`is silent where nothing is certain: ${what}`, () => {
      expect(messages(expr)).to.deep.equal([]);
    });
  }

  it('tells of a short window that is not shorter than the long one', () => {
    const found = told({ Burn: both(errors, '14.4 * 0.001', '1h', '1h') });
    expect(found.map(({ message, hint }) => [message, hint])).to.deep.equal([
      [
        'asks for the same ratio over 1h twice: the short window is not shorter than the long one',
        'the short window is usually a twelfth of the long one, 5m for 1h',
      ],
    ]);
    const recorded = (window: string) => `slo:sli_error:ratio_rate${window}{sloth_id="a"}`;
    expect(messages(both(recorded, '0.1', '30m', '30m'))).to.have.lengthOf(1);
  });

  it('looks at the windows that recorded series really have', () => {
    const recorded = (window: string) => `job:errors:ratio_rate${window}`;
    const rules = (short: string, long: string) => ({
      'job:errors:ratio_rate5m': errors(short),
      'job:errors:ratio_rate1h': errors(long),
      Burn: both(recorded, '14.4 * 0.001'),
    });
    expect(told(rules('5m', '1h'))).to.deep.equal([]);
    const swapped =
      'the ratio over 5m is recorded over 6h, and that over 1h over 1h: the short window is not shorter than the long one';
    expect(told(rules('6h', '1h')).map(({ message }) => message)).to.deep.equal([swapped]);
    expect(told(rules('1h', '1h'))).to.have.lengthOf(1);
  });

  it('looks into recorded series for what proves a share', () => {
    const rules = (ratio: string) => ({
      'job:errors:ratio_rate1h': ratio,
      'job:errors:ratio_rate5m': ratio.replaceAll('1h', '5m'),
    });
    const Burn = both((window) => `job:errors:ratio_rate${window}`, '1.44');
    expect(told({ ...rules(share('1h')), Burn })).to.have.lengthOf(1);
    expect(told({ ...rules(errors('1h')), Burn })).to.deep.equal([]);
  });

  it('tells of an objective that leaves no budget', () => {
    expect(messages(`${errors('1h')} > 14.4 * (1 - 99)`)).to.deep.equal([
      'the objective 99 leaves no error budget (1 - 99), and -1411 is exceeded always or by any failure',
    ]);
    expect(messages(both(share, '6 * (1 - 1)'))).to.have.lengthOf(1);
    expect(messages('used / limit > 2 * (1 - 3)')).to.deep.equal([]);
  });
});
