import { expect } from 'chai';
import { at } from '../testing/basics.ts';
import { findingOn } from './testing/proof-fixtures.ts';

const proof = { kind: 'sampling', slowerThanMs: 1_000, share: 0.01 } as const;
const all = {
  kind: 'sampling',
  from: at(1),
  to: at(30),
  failed: { requests: 14, traces: 14 },
  slow: { requests: 9, traces: 9 },
  rest: { requests: 1_500, traces: 15 },
} as const;
const on = (changes: Partial<Record<'failed' | 'slow' | 'rest', [requests: number, traces: number]>>) => {
  const counts = Object.entries(changes).map(([name, [requests, traces]]) => [name, { requests, traces }]);
  return findingOn(proof, { ...all, ...Object.fromEntries(counts) });
};

describe('proof of sampling', () => {
  it('holds if every failed and slow request has its trace, and the rest about the configured share', () => {
    expect(on({})).to.include({
      outcome: 'pass',
      message: 'all 14 failed and 9 slow requests have their traces, and 15 of the 1500 others',
    });
    expect(on({}).evidence.at(-1)).to.equal('the rest: 1500 requests, 15 traces; 1 % by chance is 3 to 32');
    for (const traces of [3, 32]) expect(on({ rest: [1_500, traces] }).outcome).to.equal('pass');
  });

  it('reports the requests that are not judged', () => {
    expect(findingOn(proof, { ...all, stalled: 3 }).evidence.at(-1)).to.equal(
      'not judged: 3 failed or slow requests during which other journeys were held up as well',
    );
    expect(findingOn(proof, { ...all, failed: { requests: 0, traces: 0 }, stalled: 14 }).outcome).to.equal(
      'broken',
    );
  });

  it('fails when a failed trace is missing', () => {
    expect(on({ failed: [14, 12] })).to.include({
      outcome: 'fail',
      message: '2 of 14 failed requests have no trace: sampling dropped them',
    });
  });

  it('fails when a slow trace is missing', () => {
    expect(on({ slow: [9, 8] })).to.include({
      outcome: 'fail',
      message: '1 of 9 slow requests have no trace: sampling dropped them',
    });
  });

  it('fails if Tempo has more traces than there were requests', () => {
    expect(on({ failed: [14, 15] })).to.include({
      outcome: 'fail',
      message: 'Tempo has 15 failed traces, k6 made only 14 such requests',
    });
  });

  it('fails when less or more of the rest was kept than chance explains', () => {
    for (const traces of [0, 2, 33, 1_500]) {
      const { outcome, message } = on({ rest: [1_500, traces] });
      expect([outcome, message], String(traces)).to.deep.equal([
        'fail',
        `${traces} traces of the 1500 other requests were kept; 1 % of them is 3 to 32`,
      ]);
    }
  });

  it('names every problem at once', () => {
    const { message } = on({ failed: [14, 0], slow: [9, 0], rest: [1_500, 0] });
    expect(message.split('; ')).to.have.length.above(2);
  });

  it('is broken when there are too few requests to tell', () => {
    for (const few of [{ failed: [0, 0] }, { slow: [0, 0] }, { rest: [985, 10] }] as const) {
      const { outcome, message } = on(few as unknown as Parameters<typeof on>[0]);
      expect([outcome, message.startsWith('too few requests to tell: ')]).to.deep.equal(['broken', true]);
    }
    expect(on({ rest: [986, 10] }).outcome).to.equal('pass');
  });

  it('fails with too few requests as well if traces are missing for certain', () => {
    expect(on({ failed: [14, 12], rest: [10, 0] }).outcome).to.equal('fail');
  });
});
