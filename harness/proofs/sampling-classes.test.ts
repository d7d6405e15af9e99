import { expect } from 'chai';
import type { RequestSample } from '../load/load-statistics.ts';
import { classesOf, countMatchingTraces } from './sampling-classes.ts';

/** A request by its start. */
const request = (start: number, durationMs = 10, status = 200): RequestSample => ({
  at: start + durationMs,
  journey: 'checkout',
  status,
  durationMs,
  instance: 'storefront-1',
});
const counts = (...samples: RequestSample[]) => {
  const { failed, slow, rest } = classesOf(samples, 1_000, 9_000, 1_000);
  return { failed: failed.length, slow: slow.length, rest: rest.length };
};

describe('requests by class', () => {
  it('are failed, slow or neither; a failed slow request is failed', () => {
    const samples = [
      request(2_000),
      request(2_000, 2_000),
      request(2_000, 10, 502),
      request(2_000, 2_000, 504),
      request(2_000, 10, 0),
      request(2_000, 10, 404),
    ];
    expect(counts(...samples)).to.deep.equal({ failed: 3, slow: 1, rest: 2 });
  });

  it('count when they began within the window, whenever they ended', () => {
    const samples = [request(999), request(1_000), request(8_999, 3_000), request(9_001)];
    expect(counts(...samples)).to.deep.equal({ failed: 0, slow: 1, rest: 1 });
  });

  it('are in no class if they are too close to the limit', () => {
    const samples = [request(2_000, 1_249), request(2_000, 751), request(2_000, 1_251), request(2_000, 749)];
    expect(counts(...samples)).to.deep.equal({ failed: 0, slow: 1, rest: 1 });
    expect(counts(request(2_000, 1_000, 500))).to.deep.equal({ failed: 1, slow: 0, rest: 0 });
  });

  it('are not judged if they failed or were slow while the machine stalled', () => {
    const usual = Array.from({ length: 9 }, (_, n) => ({ ...request(100 * n, 20), journey: 'login' }));
    const late = (start: number, changes: Partial<RequestSample> = {}) => ({
      ...request(start, 300),
      journey: 'login',
      ...changes,
    });
    const slow = request(4_000, 2_000);
    const failed = request(7_000, 500, 503);
    const classes = (...others: RequestSample[]) => {
      const found = classesOf([slow, failed, ...usual, ...others], 1_000, 9_000, 1_000);
      return { failed: found.failed, slow: found.slow, stalled: found.stalled };
    };
    const judged = { failed: [failed], slow: [slow], stalled: [] };
    expect(classes()).to.deep.equal(judged);
    expect(classes(late(5_900))).to.deep.equal({ failed: [failed], slow: [], stalled: [slow] });
    expect(classes(late(3_750), late(7_400))).to.deep.equal({
      failed: [],
      slow: [],
      stalled: [failed, slow],
    });
    expect(classes(late(3_650), late(6_010)), 'before and after it').to.deep.equal(judged);
    expect(classes(late(5_000, { instance: 'storefront-2' })), 'elsewhere').to.deep.equal(judged);
    expect(classes(late(5_000, { journey: 'checkout' })), 'by the fault').to.deep.equal(judged);
    expect(classes(late(5_000, { durationMs: 260, at: 5_260 })), 'hardly').to.deep.equal(judged);
  });

  it('have a trace if one began at the same time', () => {
    const requests = [request(5_000), request(1_000), request(3_000)];
    const traces = (...starts: number[]) => starts.map((startAt) => ({ startAt }));
    expect(countMatchingTraces(requests, traces(1_004, 3_010, 5_020))).to.equal(3);
    expect(countMatchingTraces(requests, traces(5_020, 1_004))).to.equal(2);
    expect(countMatchingTraces(requests, traces())).to.equal(0);
    expect(countMatchingTraces(requests, traces(2_000, 4_000, 6_000))).to.equal(0);
    expect(countMatchingTraces([], traces(1_000))).to.equal(0);
  });

  it('do not share a trace', () => {
    const both = [request(1_000), request(1_010)];
    expect(countMatchingTraces(both, [{ startAt: 1_005 }])).to.equal(1);
    expect(countMatchingTraces(both, [{ startAt: 1_005 }, { startAt: 1_006 }])).to.equal(2);
  });
});
