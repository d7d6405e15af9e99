import { expect } from 'chai';
import { findingOn } from './testing/proof-fixtures.ts';

const proof = { kind: 'p99', journey: 'checkout', query: 'p99[$window]', tolerance: 0.2 } as const;
const found = { kind: 'p99', prometheusMs: 1_580, k6Ms: 1_400, requests: 200 } as const;

describe('proof by p99', () => {
  it('holds when Prometheus and k6 agree', () => {
    const { outcome, message } = findingOn(proof, found);
    expect([outcome, message]).to.deep.equal([
      'pass',
      'p99 of checkout: Prometheus 1.6 s, k6 1.4 s (+12.9 %)',
    ]);
    expect(findingOn(proof, { ...found, prometheusMs: 1_120 }).outcome).to.equal('pass');
  });

  it('fails when they are further apart than the tolerance, either way', () => {
    const more = findingOn(proof, { ...found, prometheusMs: 1_681 });
    expect([more.outcome, more.message]).to.deep.equal([
      'fail',
      'p99 of checkout: Prometheus 1.7 s, k6 1.4 s (+20.1 %), more than 20 % apart',
    ]);
    const less = findingOn(proof, { ...found, prometheusMs: 1_119 });
    expect([less.outcome, less.message.includes('(−20.1 %)')]).to.deep.equal(['fail', true]);
  });

  it('fails when Prometheus has no value', () => {
    const { prometheusMs: _, ...none } = found;
    expect(findingOn(proof, none)).to.include({
      outcome: 'fail',
      message: 'Prometheus has no value of p99[$window]',
    });
    expect(findingOn(proof, { ...found, prometheusMs: Number.NaN }).outcome).to.equal('fail');
  });

  it('is broken when there are too few requests for a p99', () => {
    expect(findingOn(proof, { ...found, requests: 99 }).outcome).to.equal('broken');
    expect(findingOn(proof, { ...found, k6Ms: 0 }).outcome).to.equal('broken');
  });
});
