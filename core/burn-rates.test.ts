import { expect } from 'chai';
import { burnRates, errorThreshold, objectiveOutOfReach, periodMs } from './burn-rates.ts';

const hour = 3_600_000;

describe('burn rates', () => {
  // Table 5-8 of the Workbook, and its ticket over a day.
  const rows = [
    { severity: 'page', long: 1, short: 5 / 60, rate: 14.4, budget: 2 },
    { severity: 'page', long: 6, short: 0.5, rate: 6, budget: 5 },
    { severity: 'ticket', long: 24, short: 2, rate: 3, budget: 10 },
    { severity: 'ticket', long: 72, short: 6, rate: 1, budget: 10 },
  ];

  it('are those of the table, each with a short window of a twelfth', () => {
    expect(
      burnRates.map(({ severity, burnRate, longMs, shortMs }) => [severity, burnRate, longMs, shortMs]),
    ).to.deep.equal(
      rows.map(({ severity, rate, long, short }) => [severity, rate, long * hour, short * hour]),
    );
    for (const { longMs, shortMs } of burnRates) expect(longMs / shortMs).to.equal(12);
  });

  rows.forEach(({ rate, budget }, i) => {
    it(`${rate} spends ${budget} % of the budget in its long window`, () => {
      const { burnRate = Number.NaN, longMs = Number.NaN } = burnRates[i] ?? {};
      expect((100 * burnRate * longMs) / periodMs).to.be.closeTo(budget, 1e-9);
    });
  });

  it('are out of reach at and below an objective', () => {
    expect(100 * objectiveOutOfReach(14.4)).to.be.closeTo(93.06, 0.005);
    expect(100 * objectiveOutOfReach(6)).to.be.closeTo(83.33, 0.005);
    expect(100 * objectiveOutOfReach(3)).to.be.closeTo(66.67, 0.005);
    expect(objectiveOutOfReach(1)).to.equal(0);
    for (const { burnRate } of burnRates) {
      const least = objectiveOutOfReach(burnRate);
      expect(errorThreshold(burnRate, least)).to.be.closeTo(1, 1e-9);
      expect(errorThreshold(burnRate, least + 0.001)).to.be.lessThan(1);
    }
  });
});
