import { expect } from 'chai';
import { at } from '../testing/basics.ts';
import { findingOn } from './testing/proof-fixtures.ts';

const proof = { kind: 'readiness', pods: ['storefront', 'orders'] } as const;
const on = (checks: number, ...notReady: { pod: string; at: number; status: number }[]) =>
  findingOn({ ...proof, pods: [...proof.pods] }, { kind: 'readiness', checks, notReady });

describe('proof by readiness', () => {
  it('holds when every answer was 200', () => {
    expect(on(60)).to.include({ outcome: 'pass', message: 'all 60 answers of storefront, orders were 200' });
  });

  it('fails for a single other answer', () => {
    const { outcome, message, evidence } = on(60, { pod: 'orders', at: at(3), status: 503 });
    expect([outcome, message]).to.deep.equal([
      'fail',
      '1 answer of 60 not 200 while the fault lasted: orders',
    ]);
    expect(evidence).to.deep.equal(['2026-03-04T10:30:03.250Z orders: 503']);
    expect(on(60, { pod: 'orders', at: at(3), status: 0 }).evidence[0]).to.match(/no answer$/);
  });

  it('is broken if not every pod was probed', () => {
    expect(on(1).outcome).to.equal('broken');
    expect(on(0).outcome).to.equal('broken');
  });
});
