import { expect } from 'chai';
import type { RequestSample } from '../load/load-statistics.ts';
import { journeyTrouble } from './service-health.ts';

const samples = (count: number, changes: Partial<RequestSample> = {}): RequestSample[] =>
  Array.from({ length: count }, (_, at) => ({
    ...{ at, journey: 'checkout', status: 201, durationMs: 20, instance: 'storefront-1' },
    ...changes,
  }));

describe('health of the service', () => {
  it('is good while all requests but a single one are answered in time', () => {
    expect(journeyTrouble(samples(200))).to.deep.equal([]);
    expect(journeyTrouble([...samples(50), ...samples(1, { status: 502 })])).to.deep.equal([]);
    expect(journeyTrouble([...samples(50), ...samples(1, { durationMs: 3_000 })])).to.deep.equal([]);
  });

  it('is bad if more than one in a hundred requests of a journey fails or is slow', () => {
    expect(
      journeyTrouble([
        ...samples(300),
        ...samples(4, { status: 502 }),
        ...samples(100, { journey: 'login' }),
        ...samples(2, { journey: 'login', durationMs: 1_500 }),
        ...samples(2, { journey: 'search', status: 0 }),
      ]),
    ).to.deep.equal([
      '4 of 304 requests of journey checkout failed',
      '2 of 102 requests of journey login took longer than 1.0 s',
      '2 of 2 requests of journey search failed',
    ]);
  });
});
