import { expect } from 'chai';
import { LoadAccount, type Sample } from './account.ts';

const sample = (at: number, status = 200, journey = 'checkout', durationMs = 10): Sample => ({
  at,
  journey,
  status,
  durationMs,
});

const account = (...samples: Sample[]) => {
  const made = new LoadAccount({ journey: 'checkout', status: [502] });
  for (const one of samples) made.add(one);
  return made;
};

describe('LoadAccount', () => {
  it('counts as hit only the journey and the statuses that the scenario names', () => {
    const made = account(sample(100, 502), sample(200, 500), sample(300, 502, 'search'), sample(400));
    expect(made.window(0, 1_000)).to.include({ hits: 1, requests: 3, firstHitAt: 100, lastHitAt: 100 });
    expect(made.result().journeys.checkout).to.include({ requests: 3, failed: 2 });
  });

  it('finds the first and the last hit whatever the order in which they come', () => {
    expect(account(sample(300, 502), sample(100, 502), sample(200, 502)).window(50, 400)).to.include({
      firstHitAt: 100,
      lastHitAt: 300,
    });
  });

  it('keeps hits before the injection apart', () => {
    expect(account(sample(100, 502), sample(200, 502)).window(150, 400)).to.include({
      hits: 1,
      hitsBefore: 1,
    });
  });

  it('counts requests that were under way at the revert as hit, and no later healthy ones', () => {
    const made = account(sample(100, 502), sample(210, 502), sample(220), sample(900));
    expect(made.window(50, 200)).to.include({ hits: 2, requests: 2, lastHitAt: 210 });
  });

  it('says of no hit that there was none', () => {
    expect(account(sample(100)).window(50, 200)).to.deep.equal({ hits: 0, requests: 1, hitsBefore: 0 });
  });

  it('sums up seconds and journeys', () => {
    const made = account(sample(1_200), sample(1_900, 502), sample(2_000, 0, 'search', 40));
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
