import { expect } from 'chai';
import {
  budgetSpent,
  burnRateOf,
  burnRates,
  detectionMs,
  errorThreshold,
  objectiveOutOfReach,
  periodMs,
  resetMs,
} from './burn-rates.ts';

const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000];
const objective = 0.999;

describe('burn rates', () => {
  // Table 5-8 of the Workbook, and its ticket over a day; the times are of an objective of 99.9 % over 30 days.
  const rows = [
    {
      severity: 'page',
      long: 1,
      short: 5 / 60,
      rate: 14.4,
      budget: 2,
      full: 51.84,
      tenth: 518.4,
      reset: 4.928,
    },
    { severity: 'page', long: 6, short: 0.5, rate: 6, budget: 5, full: 129.6, tenth: 1296, reset: 29.82 },
    { severity: 'ticket', long: 24, short: 2, rate: 3, budget: 10, full: 259.2, tenth: 2592, reset: 119.64 },
    { severity: 'ticket', long: 72, short: 6, rate: 1, budget: 10, full: 259.2, tenth: 2592, reset: 359.64 },
  ];

  it('are those of the table, each with a short window of a twelfth', () => {
    expect(
      burnRates.map(({ severity, burnRate, longMs, shortMs }) => [severity, burnRate, longMs, shortMs]),
    ).to.deep.equal(
      rows.map(({ severity, rate, long, short }) => [severity, rate, long * hour, short * hour]),
    );
    for (const { longMs, shortMs } of burnRates) expect(longMs / shortMs).to.equal(12);
  });

  rows.forEach(({ rate, budget, full, tenth, reset }, i) => {
    it(`${rate} spends ${budget} % of the budget, and takes as long as the table says`, () => {
      const { burnRate = Number.NaN, longMs = Number.NaN, shortMs = Number.NaN } = burnRates[i] ?? {};
      const burning = { objective, burnRate, windowMs: longMs };
      expect(100 * budgetSpent(burnRate, longMs)).to.be.closeTo(budget, 1e-9);
      expect(burnRateOf(budget / 100, longMs)).to.be.closeTo(rate, 1e-9);
      expect(detectionMs({ ...burning, errorRatio: 1 })).to.be.closeTo(full * second, 1e-6);
      expect(detectionMs({ ...burning, errorRatio: 0.1 })).to.be.closeTo(tenth * second, 1e-6);
      expect(resetMs({ ...burning, windowMs: shortMs, errorRatio: 1 })).to.be.closeTo(reset * minute, 1e-6);
    });
  });

  it('give the times of the other approaches in the chapter', () => {
    const full = (burnRate: number, windowMs: number) => ({ objective, burnRate, windowMs, errorRatio: 1 });
    expect(detectionMs(full(1, 10 * minute))).to.be.closeTo(0.6 * second, 1e-6);
    expect(detectionMs(full(1, 36 * hour))).to.be.closeTo(129.6 * second, 1e-6);
    expect(detectionMs(full(36, hour))).to.be.closeTo(2.16 * minute, 1e-6);
    expect((resetMs(full(36, hour)) ?? 0) / minute).to.be.closeTo(58, 0.2);
    // 35 times is never detected by 36 times, and the budget lasts 20.5 hours.
    expect(detectionMs({ ...full(36, hour), errorRatio: errorThreshold(35, objective) })).to.equal(undefined);
    expect(periodMs / 35 / hour).to.be.closeTo(20.5, 0.1);
  });

  it('are detected and reset only by more than θ', () => {
    const at = (errorRatio: number) => ({ objective, burnRate: 10, windowMs: hour, errorRatio });
    const threshold = errorThreshold(10, objective);
    for (const never of [0, threshold / 2, threshold]) {
      expect(detectionMs(at(never)), `${never}`).to.equal(undefined);
      expect(resetMs(at(never)), `${never}`).to.equal(undefined);
    }
    expect(detectionMs(at(threshold * 1.01))).to.be.lessThan(hour);
    expect(resetMs(at(threshold * 1.01))).to.be.greaterThan(0);
  });

  it('are detected sooner while the window is not full', () => {
    const burning = { objective, burnRate: 14.4, windowMs: hour, errorRatio: 0.5 };
    expect(detectionMs(burning, 2 * minute)).to.be.closeTo(3.56 * second, 10);
    expect(detectionMs(burning)).to.be.closeTo(103.68 * second, 1e-6);
    expect(detectionMs(burning, day)).to.equal(detectionMs(burning));
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
