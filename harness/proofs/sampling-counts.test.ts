import { expect } from 'chai';
import type { Sample } from '../load/account.ts';
import { countRequests, cutsFor } from './sampling-counts.ts';

/** A request by its start. */
const request = (start: number, durationMs: number, status = 200): Sample => ({
  at: start + durationMs,
  journey: 'checkout',
  status,
  durationMs,
  instance: 'storefront-1',
});
const cuts = { from: 1_000, to: 9_000, slowFromMs: 1_000, restToMs: 1_000 };

describe('counting requests for the sampling', () => {
  it('sorts them by what became of them, the failed ones first', () => {
    const samples = [
      request(2_000, 10),
      request(2_000, 2_000),
      request(2_000, 10, 502),
      request(2_000, 2_000, 504),
      request(2_000, 10, 0),
      request(2_000, 10, 404),
    ];
    expect(countRequests(samples, cuts)).to.deep.equal({ failed: 3, slow: 1, rest: 2 });
  });

  it('takes those that began within the window, whenever they ended', () => {
    const samples = [request(999, 10), request(1_000, 10), request(8_999, 3_000), request(9_001, 10)];
    expect(countRequests(samples, cuts)).to.deep.equal({ failed: 0, slow: 1, rest: 1 });
  });

  it('counts what is too near to the limit nowhere', () => {
    const samples = [request(2_000, 1_004), request(2_000, 996), request(2_000, 2_000), request(2_000, 10)];
    const found = cutsFor(samples, 1_000, 9_000, 1_000);
    expect(found.slowFromMs).to.be.within(1_054, 1_100);
    expect(found.restToMs).to.be.within(900, 946);
    expect(countRequests(samples, found)).to.deep.equal({ failed: 0, slow: 1, rest: 1 });
  });

  it('cuts the window where no failed or slow request begins', () => {
    const samples = [
      request(1_040, 10, 502),
      request(1_120, 2_000),
      request(8_990, 10, 502),
      request(1_000, 10),
    ];
    const { from, to } = cutsFor(samples, 1_000, 9_000, 1_000);
    expect(from).to.be.within(1_170, 1_180);
    expect(to).to.be.within(8_930, 8_940);
  });

  it('leaves cuts alone that nothing is near', () => {
    expect(cutsFor([request(5_000, 10, 502)], 1_000, 9_000, 1_000)).to.deep.equal(cuts);
  });
});
