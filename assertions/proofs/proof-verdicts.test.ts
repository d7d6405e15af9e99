import { expect } from 'chai';
import type { ProofEvidence } from '../../core/record.ts';
import { scenarioWith } from '../testing/basics.ts';
import { recordWith, recordWithout } from '../testing/record.ts';
import { proofFinding, proofTitle } from './proof-verdicts.ts';
import type { ProofInput } from './testing/proof-fixtures.ts';

const counts = { requests: 2_000, traces: 20 };
/** Each kind of proof with evidence for which it holds. */
const held: [proof: ProofInput, found: ProofEvidence, title: string][] = [
  [
    { kind: 'log', query: '{a="b"}' },
    { kind: 'log', total: 1, untraced: 0, lines: [] },
    'Loki has {a="b"}, each line with its trace_id',
  ],
  [
    { kind: 'log-count', query: '{a="b"}', noise: '{c="d"}' },
    { kind: 'log-count', lines: 1, hits: 1, noise: [] },
    'Loki has one line of {a="b"} for each request hit, and none of the noise',
  ],
  [
    { kind: 'trace', through: ['a', 'b'], culprit: 'longest', query: '{}' },
    {
      kind: 'trace',
      asked: 'x',
      found: 1,
      trace: {
        traceId: '1',
        spans: ['a', 'b'].map((service, i) => ({
          spanId: service,
          ...(i > 0 ? { parentId: 'a' } : {}),
          service,
          name: service,
          kind: 'server',
          startAt: 0,
          durationMs: 10 - i,
          status: 'unset' as const,
          attributes: {},
        })),
      },
    },
    'a trace leads a → b to the span that took the time',
  ],
  [
    { kind: 'p99', journey: 'checkout', query: 'q', tolerance: 0.2 },
    { kind: 'p99', prometheusMs: 100, k6Ms: 100, requests: 100 },
    'p99 of checkout in Prometheus is that of k6 within 20 %',
  ],
  [
    { kind: 'readiness', pods: ['a', 'b'] },
    { kind: 'readiness', checks: 2, notReady: [] },
    'a, b stayed ready',
  ],
  [
    { kind: 'sampling', slowerThanMs: 1_000, share: 0.01 },
    {
      kind: 'sampling',
      from: 0,
      to: 1,
      failed: { requests: 1, traces: 1 },
      slow: { requests: 1, traces: 1 },
      rest: counts,
    },
    'Tempo has every failed and slow request, and 1 % of the rest',
  ],
];
const proofs = held.map(([proof]) => proof);
const found = held.map(([, evidence]) => evidence);
const scenario = scenarioWith({ proofs });
const outcomes = (evidence: ProofEvidence[]) =>
  proofs.map((_, i) => proofFinding(recordWith({ scenario, evidence: { proofs: evidence } }), i).outcome);

describe('verdicts on proofs', () => {
  it('pass for each kind, with a message', () => {
    expect(outcomes(found)).to.deep.equal(proofs.map(() => 'pass'));
    expect(scenario.proofs.map(proofTitle)).to.deep.equal(held.map(([, , title]) => title));
  });

  it('are broken if the evidence could not be read', () => {
    const unread = { kind: 'unread', problem: 'loki: connection refused' } as const;
    expect(outcomes(proofs.map(() => unread))).to.deep.equal(proofs.map(() => 'broken'));
    expect(proofFinding(recordWith({ scenario, evidence: { proofs: [unread] } }), 0).message).to.equal(
      'could not be read: loki: connection refused',
    );
  });

  it('are broken if the evidence was not collected or has another kind', () => {
    expect(outcomes([])).to.deep.equal(proofs.map(() => 'broken'));
    expect(outcomes([...found.slice(1), ...found.slice(0, 1)])).to.deep.equal(proofs.map(() => 'broken'));
    expect(proofFinding({ ...recordWithout('evidence'), scenario }, 0).outcome).to.equal('broken');
    expect(proofFinding(recordWith({ scenario }), 99).outcome).to.equal('broken');
  });
});
