import { expect } from 'chai';
import type { Hits } from '../../core/scenario.ts';
import { LoadStatistics, type RequestSample } from './load-statistics.ts';

const sample = (
  at: number,
  status = 200,
  journey = 'checkout',
  more: Partial<RequestSample> = {},
): RequestSample => ({
  at,
  journey,
  status,
  durationMs: 10,
  instance: 'storefront-1',
  ...more,
});

const statisticsOf = (hits: Hits | undefined, ...samples: RequestSample[]) => {
  const made = new LoadStatistics(hits);
  for (const one of samples) made.add(one);
  return made;
};
const checkoutStatistics = (...samples: RequestSample[]) =>
  statisticsOf({ journey: 'checkout', status: [502] }, ...samples);

describe('LoadStatistics', () => {
  it('counts a request as hit only with the journey and a status that the scenario names', () => {
    const made = checkoutStatistics(
      sample(100, 502),
      sample(200, 500),
      sample(300, 502, 'search'),
      sample(400),
    );
    expect(made.window(0, 1_000)).to.include({ hits: 1, requests: 3, firstHitAt: 100, lastHitAt: 100 });
    expect(made.result().journeys.checkout).to.include({ requests: 3, failed: 2 });
  });

  it('counts a request as hit if it is slower than the scenario says, whatever its status', () => {
    const slow = { durationMs: 1_000.1 };
    const made = statisticsOf(
      { journey: 'checkout', slowerThanMs: 1_000 },
      sample(100, 201, 'checkout', slow),
      sample(200, 0, 'checkout', slow),
      sample(300, 201, 'checkout', { durationMs: 1_000 }),
      sample(400, 200, 'search', slow),
    );
    expect(made.window(0, 1_000)).to.include({ hits: 2, requests: 3, firstHitAt: 100, lastHitAt: 200 });
  });

  it('takes a request without an answer as hit from its beginning, and at the injection at the earliest', () => {
    const hung = (at: number, durationMs: number) => sample(at, 0, 'checkout', { durationMs });
    const window = (...samples: RequestSample[]) =>
      statisticsOf({ journey: 'checkout', status: [0, 502] }, ...samples).window(1_000, 30_000);
    expect(window(hung(22_500, 20_000))).to.include({ hits: 1, firstHitAt: 2_500, lastHitAt: 22_500 });
    expect(window(hung(20_900, 20_000), hung(22_500, 20_000))).to.include({ hits: 2, firstHitAt: 1_000 });
    expect(window(sample(22_500, 502, 'checkout', { durationMs: 20_000 }))).to.include({
      firstHitAt: 22_500,
    });
  });

  it('requires every condition of the scenario: status, duration and instance', () => {
    const hit = { durationMs: 900, instance: 'storefront-2' };
    const made = statisticsOf(
      { journey: 'checkout', status: [0, 502], slowerThanMs: 500, instance: 'storefront-2' },
      sample(100, 0, 'checkout', hit),
      sample(200, 200, 'checkout', hit),
      sample(300, 0, 'checkout', { ...hit, durationMs: 400 }),
      sample(400, 0, 'checkout', { ...hit, instance: 'storefront-1' }),
    );
    expect(made.window(0, 1_000)).to.include({ hits: 1, requests: 4, firstHitAt: 100 });
    expect(made.hitsSince(0)).to.equal(1);
  });

  it('takes a fault without hits to last from when it took effect to its revert', () => {
    const made = statisticsOf(undefined, sample(100, 502), sample(300), sample(900));
    expect(made.window(50, 200)).to.deep.equal({ hits: 0, requests: 1, hitsBefore: 0 });
    made.setFaultEffectiveFrom(150);
    expect(made.window(50, 500)).to.deep.equal({
      firstHitAt: 150,
      lastHitAt: 500,
      hits: 0,
      requests: 2,
      hitsBefore: 0,
    });
    made.setFaultEffectiveFrom(120);
    made.setFaultEffectiveFrom(180);
    expect(made.window(50, 500)).to.include({ firstHitAt: 120 });
    expect(made.hitsSince(0)).to.equal(0);
    expect(made.result().seconds[0]).to.include({ requests: 3, hit: 0 });
  });

  it('returns the samples of a time range, ends included', () => {
    const made = checkoutStatistics(sample(100), sample(200, 502), sample(300));
    expect(made.samplesBetween(100, 200)).to.deep.equal([sample(100), sample(200, 502)]);
  });

  it('finds the first and the last hit whatever the order of the samples', () => {
    expect(
      checkoutStatistics(sample(300, 502), sample(100, 502), sample(200, 502)).window(50, 400),
    ).to.include({
      firstHitAt: 100,
      lastHitAt: 300,
    });
  });

  it('counts hits before the injection separately', () => {
    expect(checkoutStatistics(sample(100, 502), sample(200, 502)).window(150, 400)).to.include({
      hits: 1,
      hitsBefore: 1,
    });
  });

  it('counts requests that were under way at the revert as hit, and no later healthy ones', () => {
    const made = checkoutStatistics(sample(100, 502), sample(210, 502), sample(220), sample(900));
    expect(made.window(50, 200)).to.include({ hits: 2, requests: 2, lastHitAt: 210 });
  });

  it('does not count requests that began after the revert as hit', () => {
    const slow = { durationMs: 1_200 };
    const made = statisticsOf(
      { journey: 'checkout', slowerThanMs: 1_000 },
      sample(1_500, 201, 'checkout', slow),
      sample(3_100, 201, 'checkout', slow),
      // A single slow request after the revert, which would make the recovery look shorter than it was.
      sample(9_000, 201, 'checkout', slow),
    );
    expect(made.window(100, 2_000)).to.include({ hits: 2, lastHitAt: 3_100 });
    expect(made.hitsBegunSince(2_000)).to.equal(1);
  });

  it('has no first and last hit without a hit', () => {
    expect(checkoutStatistics(sample(100)).window(50, 200)).to.deep.equal({
      hits: 0,
      requests: 1,
      hitsBefore: 0,
    });
  });

  it('sums up seconds and journeys', () => {
    const made = checkoutStatistics(
      sample(1_200),
      sample(1_900, 502),
      sample(2_000, 0, 'search', { durationMs: 40 }),
    );
    made.drop();
    expect(made.result()).to.deep.equal({
      seconds: [
        { at: 1_000, requests: 2, failed: 1, hit: 1 },
        { at: 2_000, requests: 1, failed: 1, hit: 0 },
      ],
      journeys: {
        checkout: { requests: 2, failed: 1, p99Ms: 10 },
        search: { requests: 1, failed: 1, p99Ms: 40 },
      },
      droppedIterations: 1,
    });
  });
});
