import { expect } from 'chai';
import { type Deployed, decide } from './decision.ts';

const recentMs = 600_000;
const now = Date.parse('2026-03-04T10:30:00Z');
const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString();
const alert = { startsAt: ago(0) };

/** Revisions with the account that deployed them, and how many minutes ago. */
const deployed = (...all: [revision: string, username: string, minutes: number][]): Deployed => ({
  status: {
    history: all.map(([revision, username, minutes], id) => ({
      id,
      revision,
      deployStartedAt: ago(minutes + 1),
      deployedAt: ago(minutes),
      initiatedBy: { username },
    })),
  },
});
const decided = (found: Deployed) => decide(alert, found, 'rollback', recentMs);
const reason = (found: Deployed) => {
  const decision = decided(found);
  return 'reason' in decision ? decision.reason : decision.action;
};

describe('the decision to roll back', () => {
  it('leads to the revision before a recent deployment', () => {
    expect(decided(deployed(['1.0.0', 'ci', 99], ['1.1.0', 'ci', 50], ['1.2.0', 'ci', 5]))).to.deep.equal({
      action: 'roll back',
      id: 1,
      from: '1.2.0',
      to: '1.1.0',
    });
  });

  it('does not lead to the same revision that was deployed again', () => {
    const again = deployed(['1.1.0', 'ci', 50], ['1.2.0', 'ci', 9], ['1.2.0', 'ci', 5]);
    expect(decided(again)).to.include({ id: 0, to: '1.1.0' });
  });

  it('is not taken for a fault that no deployment caused', () => {
    expect(reason(deployed(['1.0.0', 'ci', 99], ['1.1.0', 'ci', 50]))).to.match(/1\.1\.0, is not recent/);
    expect(reason(deployed(['1.0.0', 'ci', 99], ['1.1.0', 'ci', -3]))).to.match(/older than the deployment/);
  });

  it('is taken once: what was rolled back is not rolled back again', () => {
    const back = deployed(['1.1.0', 'ci', 50], ['1.2.0', 'ci', 5], ['1.1.0', 'rollback', 1]);
    expect(reason(back)).to.equal('it was rolled back already');
    expect(reason({ ...back, operation: {} })).to.equal('an operation is in progress');
    const deployedSince = deployed(
      ['1.1.0', 'ci', 50],
      ['1.2.0', 'ci', 9],
      ['1.1.0', 'rollback', 8],
      ['1.2.1', 'ci', 2],
    );
    expect(decided(deployedSince)).to.include({ from: '1.2.1', to: '1.1.0' });
  });

  it('is not taken without a former revision', () => {
    expect(reason(deployed(['1.0.0', 'ci', 5]))).to.equal('nothing was deployed before 1.0.0');
    expect(reason({ status: {} })).to.equal('nothing was deployed');
  });
});
