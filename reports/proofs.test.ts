import { expect } from 'chai';
import type { ProofEvidence } from '../core/record.ts';
import { objectionTo, proofsOf } from './proofs.ts';
import { monthlyRentRecord, withProof } from './testing/monthly-rent/record.ts';
import { sampleLine } from './testing/monthly-rent/request.ts';
import { sampleRecord } from './testing/sample-record.ts';

const foundFor = (found: ProofEvidence, kind = found.kind) =>
  proofsOf(withProof(found, kind)).find((proof) => proof.kind === kind)?.found;
const at = Date.UTC(2026, 2, 4, 10, 31, 4);
const none = { requests: 0, traces: 0 };

describe('proofs in words', () => {
  it('show the numbers found for each, in the order of the scenario', () => {
    const all = proofsOf(monthlyRentRecord());
    expect(all.map(({ kind }) => kind)).to.deep.equal([
      'log',
      'trace',
      'log-count',
      'p99',
      'readiness',
      'sampling',
    ]);
    expect(all.map(({ found }) => found)).to.deep.equal([
      '6 lines, all with a trace_id',
      'trace 4bf92f3577b34da6a3ce929d0e0e4736 of 7 spans',
      '6 lines for 6 requests hit, none of noise',
      'Prometheus 26 ms, k6 24 ms, 8.3 % apart (143 requests)',
      '24 checks, all answered with 200',
      'traces of 6 of 6 failed requests, of 0 of 0 slow ones, and of 13 of 1210 others (1.1 %)',
    ]);
    expect(all.map(({ verdict }) => verdict?.outcome)).to.deep.equal(Array(6).fill('pass'));
  });

  const others: [found: ProofEvidence, text: string][] = [
    [{ kind: 'log', total: 5, untraced: 2, lines: [] }, '5 lines, 3 with a trace_id'],
    [{ kind: 'log', total: 0, untraced: 0, lines: [] }, '0 lines'],
    [
      { kind: 'log-count', lines: 6, hits: 6, noise: [sampleLine] },
      '6 lines for 6 requests hit, 1 or more of noise',
    ],
    [{ kind: 'trace', asked: '{ status = error }', found: 0 }, '0 traces found'],
    [{ kind: 'p99', k6Ms: 24, requests: 9 }, 'Prometheus –, k6 24 ms (9 requests)'],
    [
      { kind: 'readiness', checks: 3, notReady: [{ pod: 'orders', at, status: 0 }] },
      '3 checks, 1 not answered with 200',
    ],
    [
      { kind: 'sampling', from: at, to: at, failed: { requests: 6, traces: 4 }, slow: none, rest: none },
      'traces of 4 of 6 failed requests, of 0 of 0 slow ones, and of 0 of 0 others',
    ],
  ];
  for (const [found, text] of others) {
    it(`show what is missing of ${found.kind}: ${text}`, () => {
      expect(foundFor(found)).to.equal(text);
    });
  }

  it('show what could not be read, and what was not checked', () => {
    expect(foundFor({ kind: 'unread', problem: 'status 500' }, 'p99')).to.equal(
      'could not be read: status 500',
    );
    const { evidence } = monthlyRentRecord();
    const record = monthlyRentRecord(evidence ? { evidence: { ...evidence, proofs: [] } } : {});
    expect(new Set(proofsOf(record).map(({ found }) => found))).to.deep.equal(new Set(['not checked']));
  });

  it('have the verdict of their own, also when there are two of a kind', () => {
    const record = monthlyRentRecord();
    const [log] = record.scenario.proofs;
    const [verdict] = record.verdicts;
    if (!log || !verdict) throw new Error('the sample lacks a part');
    const failed = { ...verdict, id: 'log#2/proof', outcome: 'fail' as const, message: 'no line' };
    const twice = { ...record.scenario, proofs: [log, log] };
    const [first, second] = proofsOf({ ...record, scenario: twice, verdicts: [failed] });
    expect(first && objectionTo(first)).to.equal(undefined);
    expect(first).to.not.have.property('verdict');
    expect(second && objectionTo(second)).to.equal('no line');
  });

  it('are none where none was asked for', () => {
    expect(proofsOf(sampleRecord())).to.deep.equal([]);
  });
});
