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

  describe('that a pod turns unready', () => {
    const to503 = (lastReady: Record<string, number>, ...answers: readonly (readonly [number, number])[]) =>
      findingOn(
        { kind: 'readiness', pods: ['orders'], answers: 503 },
        {
          kind: 'readiness',
          checks: 20,
          notReady: answers.map(([second, status]) => ({ pod: 'orders', at: at(second), status })),
          lastReady,
        },
      );
    it('holds if it soon answered 503, and nothing else from then on', () => {
      expect(to503({ orders: at(0.4) }, [1.4, 503], [2.4, 503])).to.include({
        outcome: 'pass',
        message: '2 answers of 20 were 503: orders',
      });
    });

    const rows: [what: string, found: ReturnType<typeof to503>, message: string][] = [
      ['it stayed ready', to503({ orders: at(18) }), 'orders answered 200 all the time, expected 503'],
      [
        'it was ready again while the fault lasted',
        to503({ orders: at(3) }, [1, 503], [2, 503]),
        'orders answered 200 again 3.0 s after the injection, expected 503',
      ],
      [
        'it turned late',
        to503({ orders: at(8) }, [9, 503]),
        'orders answered 503 only 9.0 s after the injection',
      ],
      ['it gave no answer', to503({}, [1, 503], [2, 0]), 'orders gave no answer, expected 503'],
    ];
    for (const [what, { outcome, message }, expected] of rows) {
      it(`fails if ${what}`, () => {
        expect([outcome, message]).to.deep.equal(['fail', expected]);
      });
    }
  });

  it('is broken if not every pod was probed', () => {
    expect(on(1).outcome).to.equal('broken');
    expect(on(0).outcome).to.equal('broken');
  });
});
