import { expect } from 'chai';
import type { AlertEvidence } from '../../core/record.ts';
import { budgetsOf } from './budgets-evidence.ts';
import type { LoadedRecordingRule } from './prometheus.ts';
import type { Sample } from './series.ts';

const ratio = (window: string, id = 'checkout') =>
  `slo:sli_error:ratio_rate${window}{id="${id}", shop_slo="success"}`;
const both = (short: string, long: string, rate: number) =>
  `(max(${ratio(short)} > (${rate} * 0.0009999999999999432)) and max(${ratio(long)} > (${rate} * 0.0009999999999999432)))`;
const query = `${both('5m', '1h', 14.4)} or ${both('30m', '6h', 6)}`;

const alertWith = (rule: Partial<NonNullable<AlertEvidence['rule']>>, alert = 'BudgetBurn') =>
  ({
    alert,
    manager: 'prometheus',
    rule: { file: 'slo.yml', group: 'g', index: 0, query, labels: { severity: 'page' }, ...rule },
  }) as AlertEvidence;

const recording = (name: string, id: string) =>
  ({ name, labels: { id, shop_slo: 'success' } }) as unknown as LoadedRecordingRule;

/** A Prometheus in which every expression has the same two series, and which notes what it was asked. */
function prometheus(...recordings: LoadedRecordingRule[]) {
  const asked: string[] = [];
  const series = (...values: number[]) => ({
    labels: {},
    samples: values.map((v, i): Sample => [i * 1000, v]),
  });
  return {
    asked,
    recordings: async () => recordings,
    queryRange: async (expr: string) => {
      asked.push(expr);
      return { series: [series(0, 0, 0, 0.25, Number.NaN), series(0, 0, 0, 0.5, 0.123456789)] };
    },
  };
}

describe('the error budgets of alerts', () => {
  it('are the ratio over each window that the rule compares, with its threshold', async () => {
    const [budget, ...others] = await budgetsOf(prometheus(), [alertWith({})], 0, 60_000);
    expect(others).to.deep.equal([]);
    expect(budget).to.include({ alert: 'BudgetBurn', slo: 'success', objective: 0.999 });
    expect(budget).not.to.have.property('remaining');
    expect(
      budget?.windows.map(({ window, condition, burnRate }) => [window, condition, burnRate]),
    ).to.deep.equal([
      ['5m', 0, 14.4],
      ['1h', 0, 14.4],
      ['30m', 1, 6],
      ['6h', 1, 6],
    ]);
    expect(budget?.windows[0]?.threshold).to.be.closeTo(0.0144, 1e-9);
  });

  it('keep the largest of several series, rounded and without what repeats', async () => {
    const [budget] = await budgetsOf(prometheus(), [alertWith({})], 0, 60_000);
    expect(budget?.windows[0]?.points).to.deep.equal([
      [0, 0],
      [2000, 0],
      [3000, 0.5],
      [4000, 0.12346],
    ]);
  });

  it('name windows as the rule is written, not as the pace makes them', async () => {
    const raw = (window: string) =>
      `sum(rate(errors[${window}])) / sum(rate(all[${window}])) > 14.4 * (1 - 0.99)`;
    const rule = { query: raw('4m'), written: { file: 'slo.yml', query: raw('1h') } };
    const [budget] = await budgetsOf(prometheus(), [alertWith(rule)], 0, 60_000);
    expect(budget?.windows.map(({ window }) => window)).to.deep.equal(['1h']);
    expect(budget).to.deep.include({ objective: 0.99 });
    expect(budget).not.to.have.property('slo');
  });

  it('have what is left of the budget, from the rule that records it for the same labels', async () => {
    const name = 'slo:period_error_budget_remaining:ratio';
    const reader = prometheus(
      recording(name, 'latency'),
      recording(name, 'checkout'),
      recording('budget', 'checkout'),
    );
    const [budget] = await budgetsOf(reader, [alertWith({})], 0, 60_000);
    expect(reader.asked.at(-1)).to.equal(`{__name__="${name}",id="checkout",shop_slo="success"}`);
    expect(budget?.remaining?.at(2)).to.deep.equal([3000, 0.25]);
  });

  it('are those of each rule once, and of no alert without a condition on a burn rate', async () => {
    const alerts = [
      alertWith({}),
      alertWith({}),
      alertWith({ index: 1, labels: { severity: 'ticket' } }),
      alertWith({ index: 2, query: 'up == 0' }, 'Down'),
    ];
    const budgets = await budgetsOf(prometheus(), alerts, 0, 60_000);
    expect(budgets.map(({ labels }) => labels.severity)).to.deep.equal(['page', 'ticket']);
  });
});
