import { expect } from 'chai';
import type { FloorInputs } from '../core/floor-inputs.ts';
import type { Floor } from '../core/record.ts';
import { detectionFloor, resolveFloor } from './floor.ts';
import { windowOf as longestWindow, randomSource, simulate } from './testing/simulation.ts';

const fast: FloorInputs = {
  failingPerSecond: 4,
  exportIntervalMs: 1000,
  batchMs: 67,
  scrapeMs: 1000,
  ingestMs: 0,
  windowMs: 4000,
  threshold: 0.05,
  errorRatio: 0.5,
  queryOffsetMs: 0,
  evaluationMs: 1000,
  forMs: 8000,
  keepFiringForMs: 0,
  groupWaitMs: 667,
  groupIntervalMs: 1000,
  deliveryMs: 20,
};
const real: FloorInputs = {
  ...fast,
  exportIntervalMs: 15_000,
  batchMs: 1000,
  scrapeMs: 15_000,
  windowMs: 60_000,
  evaluationMs: 15_000,
  forMs: 120_000,
  groupWaitMs: 10_000,
  groupIntervalMs: 15_000,
};

const settings: Record<string, FloorInputs> = {
  'fast pace': fast,
  'real pace': real,
  'fast pace, every request hit': { ...fast, errorRatio: 1, failingPerSecond: 8 },
  'fast pace, keep_firing_for and query_offset': { ...fast, keepFiringForMs: 2500, queryOffsetMs: 300 },
  'fast pace, no for, long window': { ...fast, forMs: 0, windowMs: 20_000 },
  'real pace, fresh stack': { ...real, windowMs: 300_000, healthyHistoryMs: 60_000, forMs: 0 },
  'fast pace, slow exports': { ...fast, exportIntervalMs: 2000, windowMs: 8000 },
  'fast pace, busy': { ...fast, failingPerSecond: 80, errorRatio: 0.8 },
  'fast pace, two windows, both': {
    ...fast,
    condition: {
      all: [
        { windowMs: 4000, threshold: 0.1 },
        { windowMs: 20_000, threshold: 0.05 },
      ],
    },
  },
  'fast pace, two windows, either': {
    ...fast,
    condition: {
      any: [
        { windowMs: 4000, threshold: 0.3 },
        { windowMs: 20_000, threshold: 0.05 },
      ],
    },
  },
  'fast pace, two recording rules': {
    ...fast,
    recordings: [
      { evaluationMs: 4000, source: '' },
      { evaluationMs: 2000, source: '' },
    ],
  },
  'real pace, a recording rule': { ...real, recordings: [{ evaluationMs: 60_000, source: '' }] },
  'fast pace, a number of requests': { ...fast, absolute: true, windowMs: 8000, threshold: 0.25 },
  'fast pace, a point of a range': {
    ...fast,
    condition: {
      over: { windowMs: 4000, threshold: 0.2 },
      needed: { least: 1, most: 1 },
      windowMs: 20_000,
      stepMs: 2000,
    },
  },
  // With enough requests that the ratio does not drop below the threshold by chance.
  'fast pace, every point of a range': {
    ...fast,
    failingPerSecond: 40,
    condition: {
      over: { windowMs: 4000, threshold: 0.2 },
      needed: { least: 10, most: 10 },
      windowMs: 20_000,
      stepMs: 2000,
    },
  },
  'fast pace, four points of a range': {
    ...fast,
    condition: {
      over: { windowMs: 4000, threshold: 0.2 },
      needed: { least: 4, most: 4 },
      windowMs: 20_000,
      stepMs: 2000,
    },
  },
  'fast pace, the mean over a range': {
    ...fast,
    condition: { mean: { windowMs: 4000, threshold: 0.1 }, windowMs: 20_000, stepMs: 1000 },
  },
  'fast pace, a group that was notified': {
    ...fast,
    groupIntervalMs: 20_000,
    joins: { alert: 'Another', notified: 'surely' },
  },
};

const toleranceMs = 100;
const runs = 500;

function holds(measured: number[], floor: Floor) {
  expect(Math.min(...measured)).to.be.at.least(floor.best - toleranceMs);
  expect(Math.max(...measured)).to.be.at.most(floor.worst + toleranceMs);
}

const meanOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function floorsOf(inputs: FloorInputs) {
  const [detect, resolve] = [detectionFloor(inputs), resolveFloor(inputs)];
  if (!detect || !resolve) throw new Error('the threshold is not reachable');
  return { detect, resolve };
}

const windowOf = (floor: Floor | undefined) => floor?.terms.find((term) => term.name === 'window');

describe('the floor', () => {
  for (const [name, inputs] of Object.entries(settings)) {
    it(`bounds every one of ${runs} simulated drills: ${name}`, () => {
      const { detect, resolve } = floorsOf(inputs);
      const random = randomSource(42);
      const faultMs = detect.worst + Math.min(inputs.healthyHistoryMs ?? Infinity, longestWindow(inputs));
      const drills = Array.from({ length: runs }, () => simulate(inputs, faultMs, random));
      const detected = drills.map((drill) => drill.detectedMs);
      holds(detected, detect);
      holds(
        drills.map((drill) => drill.resolvedMs),
        resolve,
      );
      expect(meanOf(detected) / detect.mean).to.be.within(0.94, 1.06);
    });

    it(`orders best, mean and worst, term by term: ${name}`, () => {
      for (const floor of Object.values(floorsOf(inputs))) {
        for (const { best, mean, worst } of [floor, ...floor.terms]) {
          expect([0, best, mean, worst]).to.deep.equal([0, best, mean, worst].sort((a, b) => a - b));
        }
        expect(floor.terms.reduce((sum, term) => sum + term.mean, 0)).to.be.closeTo(floor.mean, 1e-6);
      }
    });
  }

  it('waits for the hits beyond the first that the ratio needs', () => {
    // θ·λ·W = 0.05 · 8/s · 4 s = 1.6: the second of the failing requests, 1/λp later.
    expect(windowOf(detectionFloor(fast))?.mean).to.equal(250);
  });

  it('has the rest of a silence, and the time until its group is looked at again', () => {
    const without = detectionFloor(fast);
    const silenced = (silencedMs: number) => detectionFloor({ ...fast, groupIntervalMs: 20_000, silencedMs });
    // 4 hits a second: the first one comes within three mean waits of the injection.
    expect(silenced(24_000)?.best).to.equal(24_000 - 750 + 20);
    expect(silenced(24_000)?.mean).to.be.closeTo(34_020, 1e-6);
    expect(silenced(24_000)?.worst).to.be.closeTo(44_020, 1e-6);
    // One that is over before the alert fires does not delay the best case.
    expect(silenced(1_000)?.best).to.equal(without?.best);
  });

  it('has no window term when one hit is enough', () => {
    const one = { ...fast, threshold: 0.02 };
    expect(windowOf(detectionFloor(one))).to.include({ best: 0, mean: 0, worst: 0 });
  });

  it('reproduces the burn-rate table of the SRE Workbook at high traffic', () => {
    // 1 h window, B = 36, SLO 99.9 %, full outage: detected after 2.16 minutes, reset after 58.
    const hour = { ...real, windowMs: 3_600_000, threshold: 0.036, errorRatio: 1, failingPerSecond: 1000 };
    expect(windowOf(detectionFloor(hour))?.mean).to.be.closeTo(2.16 * 60_000, 2);
    const { best, worst } = windowOf(resolveFloor(hour)) ?? { best: 0, worst: 0 };
    expect(3_600_000 * (1 - 0.036)).to.be.within(best, worst);
  });

  it('is shorter with a short history on a new stack', () => {
    const fresh = { ...real, windowMs: 3_600_000, healthyHistoryMs: 120_000, threshold: 0.0144 };
    expect(windowOf(detectionFloor({ ...fresh, failingPerSecond: 1000 }))?.mean).to.be.closeTo(3558, 2);
  });

  it('rounds `for` and keep_firing_for up to evaluations', () => {
    const odd = { ...fast, forMs: 2500, keepFiringForMs: 100 };
    expect(detectionFloor(odd)?.terms.find((term) => term.name === 'for')?.best).to.equal(3000);
    expect(resolveFloor(odd)?.terms.find((term) => term.name === 'keep firing')?.best).to.equal(1000);
  });

  it('depends only on the length of the window without a ratio', () => {
    const { threshold: _, ...unknown } = fast;
    expect(windowOf(detectionFloor(unknown))).to.include({ best: 0, mean: 2000, worst: 4000 });
    expect(windowOf(resolveFloor(unknown))).to.include({ best: 0, mean: 2000, worst: 4000 });
  });

  it('includes the scrape for detection and recovery without a window', () => {
    const { windowMs: _, ...instant } = fast;
    for (const floor of [detectionFloor(instant), resolveFloor(instant)]) {
      expect(floor?.terms.find((term) => term.name === 'scrape')?.worst).to.equal(1000);
      expect(windowOf(floor)?.worst).to.equal(0);
    }
  });

  it('is undefined for a threshold that the errors cannot cross', () => {
    expect(detectionFloor({ ...fast, errorRatio: 0.05 })).to.equal(undefined);
    expect(resolveFloor({ ...fast, errorRatio: 0.05 })).to.equal(undefined);
  });

  it('has a window term of single hits for a rule that counts them', () => {
    const { threshold: _, ...counting } = { ...fast, hitsNeeded: 3, errorRatio: 1 };
    expect(windowOf(detectionFloor(counting))).to.include({ best: 500, mean: 500, worst: 500 });
    // With two hits in the window the rule would still be true.
    expect(windowOf(resolveFloor(counting))).to.include({ best: 3750, worst: 3750 });
    expect(detectionFloor({ ...counting, hitsNeeded: 18 })).to.equal(undefined);
    expect(detectionFloor({ ...counting, hitsNeeded: 1, failingPerSecond: 0 })).to.equal(undefined);
  });

  it('counts the expiry of a series from its last export', () => {
    const floor = detectionFloor({ ...fast, expiryMs: 4000 });
    expect(floor?.terms[0]).to.include({ name: 'expiry', best: 3000, mean: 3500, worst: 4000 });
    expect(floor?.terms.map(({ name }) => name)).not.to.include('export');
  });

  it('adds the time over which Grafana spreads its rules, for detection and recovery', () => {
    const spreadIn = (floor: Floor | undefined) => floor?.terms.find(({ name }) => name === 'spread');
    expect(spreadIn(resolveFloor({ ...fast, spreadMs: 6000 }))).to.include({
      best: 0,
      mean: 3000,
      worst: 6000,
    });
    // group_wait counts from the tick as well.
    const waiting = { ...fast, groupWaitMs: 2000 };
    expect(spreadIn(detectionFloor({ ...waiting, spreadMs: 8000 }))).to.include({ mean: 2250, worst: 6000 });
    expect(spreadIn(detectionFloor({ ...waiting, spreadMs: 1000 }))).to.include({ mean: 0, worst: 0 });
    expect(spreadIn(detectionFloor(fast))).to.equal(undefined);
  });
});
