import { expect } from 'chai';
import type { EvidenceOf, Notification, ProofEvidence } from '../../core/record.ts';
import { at, scenarioWith } from '../testing/basics.ts';
import { recordWith } from '../testing/record.ts';
import { proofFinding } from './proof-verdicts.ts';

type Found = EvidenceOf<'rollback'>;

const proof = { kind: 'rollback', application: 'payments', within: '3m', errorRateBelow: 0.01 } as const;
const never = { kind: 'rollback', application: 'payments', times: 0 } as const;

const deployment = (revision: string, seconds: number, rollback: boolean): Found['deployments'][number] => ({
  revision,
  startedAt: at(seconds - 0.5),
  deployedAt: at(seconds),
  by: rollback ? 'rollback' : 'pipeline',
  rollback,
});
const faulty = deployment('1.2.0', 0.5, false);
const back = deployment('1.1.0', 11.5, true);
const decision: Found['decisions'][number] = {
  at: at(10.6),
  alert: 'HighErrorRate',
  application: 'payments',
  action: 'roll back',
  from: '1.2.0',
  to: '1.1.0',
};
const nothingDone = (reason: string, changes: Partial<typeof decision> = {}): typeof decision => ({
  ...{ at: at(10.6), alert: 'HighErrorRate', application: 'payments', action: 'none', reason },
  ...changes,
});
const found = (changes: Partial<Found> = {}): ProofEvidence => ({
  kind: 'rollback',
  before: '1.1.0',
  deployments: [faulty, back],
  lastOperation: 'Succeeded: successfully synced',
  decisions: [decision, nothingDone('it was rolled back already')],
  after: { requests: 200, failed: 1 },
  ...changes,
});
const sent: Notification = {
  ...{ manager: 'prometheus', contactPoint: 'slack', kind: 'slack', index: 0, at: at(10.5) },
  ...{ monotonicMs: 10_500, groupKey: '{}' },
  alerts: [
    {
      ...{ status: 'firing', labels: { alertname: 'HighErrorRate' }, annotations: {}, startsAt: at(10) },
      fingerprint: 'f',
    },
  ],
};
const findingOn = (asked: typeof proof | typeof never, evidence: ProofEvidence, notifications = [sent]) =>
  proofFinding(
    recordWith({
      scenario: scenarioWith({ with: ['deployments'], proofs: [asked] }),
      notifications,
      evidence: { proofs: [evidence] },
    }),
    0,
  );
const outcome = (...args: Parameters<typeof findingOn>) => {
  const { outcome: is, message } = findingOn(...args);
  return [is, message];
};
const withoutRollback = (decisions: Found['decisions'], changes: Partial<Found> = {}) => {
  const { after: _, ...rest } = found({ deployments: [faulty], decisions, ...changes }) as Found;
  return rest;
};

describe('proof by a rollback', () => {
  it('holds when it came once and in time, and the errors ended', () => {
    expect(findingOn(proof, found())).to.include({
      outcome: 'pass',
      message: 'rolled back to 1.1.0 1.0 s after the first alert; 1 of 200 requests failed after it',
      measuredMs: 1000,
      targetMs: 12_000,
    });
  });

  it('fails when no alert reached the adapter, and names where the alerts were sent', () => {
    const { message, evidence } = findingOn(proof, withoutRollback([]));
    expect(message).to.equal('payments was not rolled back: no alert reached the rollback adapter');
    expect(evidence).to.deep.equal([`${new Date(at(10.5)).toISOString()} HighErrorRate was sent to slack`]);
  });

  it('fails when the alert names another application', () => {
    const other = nothingDone('403 permission denied', { application: 'orders', action: 'failed' });
    expect(outcome(proof, withoutRollback([other]))).to.deep.equal([
      'fail',
      'payments was not rolled back: the alert names the application orders',
    ]);
  });

  it('fails when it came twice', () => {
    const twice = found({ deployments: [faulty, back, deployment('1.2.0', 15, true)] });
    expect(outcome(proof, twice)).to.deep.equal(['fail', 'payments was rolled back 2 times, not once']);
  });

  it('fails when it led to another revision than the one before the fault', () => {
    const older = found({ deployments: [faulty, deployment('1.0.0', 11.5, true)] });
    expect(outcome(proof, older)).to.deep.equal([
      'fail',
      'it was rolled back to 1.0.0, and 1.1.0 ran before the fault',
    ]);
  });

  it('fails when it came late, and when requests go on to fail', () => {
    const late = found({ deployments: [faulty, deployment('1.1.0', 22.6, true)] });
    expect(outcome(proof, late)).to.deep.equal([
      'fail',
      'rolled back to 1.1.0 12.1 s after the first alert, later than 12.0 s',
    ]);
    expect(outcome(proof, found({ after: { requests: 200, failed: 2 } }))).to.deep.equal([
      'fail',
      'rolled back to 1.1.0 1.0 s after the first alert; 2 of 200 requests failed after it, not less than 1 %',
    ]);
  });

  it('tells why the adapter or the controller did nothing', () => {
    const why = (decisions: Found['decisions'], changes: Partial<Found> = {}) =>
      outcome(proof, withoutRollback(decisions, changes))[1]?.replace('payments was not rolled back: ', '');
    expect(why([nothingDone('nothing was deployed')])).to.equal('nothing was deployed');
    expect(why([nothingDone('401 no session information', { action: 'failed' })])).to.equal(
      'the controller refused it: 401 no session information',
    );
    expect(why([decision], { lastOperation: 'Failed: revision_unknown' })).to.equal(
      'its rollback ended with Failed: revision_unknown',
    );
  });

  it('is broken with too few requests after it, or without an alert from which to count', () => {
    expect(findingOn(proof, found({ after: { requests: 99, failed: 0 } })).outcome).to.equal('broken');
    expect(findingOn(proof, found(), []).outcome).to.equal('broken');
  });

  it('of no rollback holds only if the adapter was told and decided so', () => {
    const { deployments: _, ...quiet } = withoutRollback([nothingDone('the last deployment is not recent')]);
    expect(outcome(never, { ...quiet, deployments: [] })).to.deep.equal([
      'pass',
      'payments was not rolled back: the last deployment is not recent',
    ]);
    for (const decisions of [
      [],
      [nothingDone('403 permission denied', { action: 'failed' })],
      [nothingDone('nothing was deployed', { application: 'orders' })],
    ])
      expect(findingOn(never, withoutRollback(decisions)).outcome).to.equal('fail');
    expect(outcome(never, found())).to.deep.equal(['fail', 'payments was rolled back once, not never']);
  });
});
