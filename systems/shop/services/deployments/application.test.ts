import { expect } from 'chai';
import { Application, Refusal } from './application.ts';

/** An application whose runs end when the test says so. */
function controlled() {
  const runs: { revision: string; end: (error?: Error) => Promise<void> }[] = [];
  const application = new Application('payments', ['1.0.0', '1.1.0'], (revision) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const end = async (error?: Error) => {
      if (error) reject(error);
      else resolve();
      await promise.catch(() => {});
    };
    runs.push({ revision, end });
    return promise;
  });
  return { application, runs };
}

const refusal = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal) return [error.status, error.code, error.message];
    throw error;
  }
  throw new Error('was taken');
};

describe('an application of the deployment controller', () => {
  it('has deployed its first revisions long ago, and runs the last one', () => {
    const { status } = controlled().application.resource();
    expect(status.sync).to.deep.equal({ status: 'Synced', revision: '1.1.0' });
    expect(status.history.map(({ id, revision }) => [id, revision])).to.deep.equal([
      [0, '1.0.0'],
      [1, '1.1.0'],
    ]);
    const agesMs = status.history.map(({ deployedAt }) => Date.now() - Date.parse(deployedAt));
    for (const ageMs of agesMs) expect(ageMs).to.be.at.least(86_400_000);
  });

  it('enters a deployment into its history when it has succeeded', async () => {
    const { application, runs } = controlled();
    const { status: before, operation } = application.sync('1.2.0', 'pipeline');
    expect(operation).to.deep.include({ sync: { revision: '1.2.0' } });
    expect(before.operationState).to.include({ phase: 'Running' });
    expect(before.history).to.have.length(2);
    await runs[0]?.end();
    const after = application.resource();
    expect(after).to.not.have.property('operation');
    expect(after.status.operationState).to.include({ phase: 'Succeeded' });
    expect(after.status.history.at(-1)).to.deep.include({
      id: 2,
      revision: '1.2.0',
      initiatedBy: { username: 'pipeline' },
    });
  });

  it('rolls back to an entry of its history, and is then behind its target revision', async () => {
    const { application, runs } = controlled();
    application.sync('1.2.0', 'pipeline');
    await runs[0]?.end();
    application.rollback(1, 'rollback');
    expect(runs[1]?.revision).to.equal('1.1.0');
    await runs[1]?.end();
    const { status } = application.resource();
    expect(status.history.at(-1)).to.deep.include({
      id: 3,
      revision: '1.1.0',
      initiatedBy: { username: 'rollback' },
    });
    expect(status.sync).to.deep.equal({ status: 'OutOfSync', revision: '1.2.0' });
  });

  it('refuses an id that it does not have, and a second operation', () => {
    const { application, runs } = controlled();
    expect(refusal(() => application.rollback(7, 'a'))).to.deep.equal([
      400,
      3,
      'application payments does not have deployment with id 7',
    ]);
    application.sync('1.2.0', 'a');
    const second = [400, 9, 'another operation is already in progress'];
    expect(refusal(() => application.sync('1.3.0', 'a'))).to.deep.equal(second);
    expect(refusal(() => application.rollback(0, 'a'))).to.deep.equal(second);
    expect(runs).to.have.length(1);
  });

  it('keeps a failed deployment out of its history', async () => {
    const { application, runs } = controlled();
    application.sync('9.9.9', 'pipeline');
    await runs[0]?.end(new Error('revision_unknown'));
    const { status } = application.resource();
    expect(status.operationState).to.include({ phase: 'Failed', message: 'revision_unknown' });
    expect(status.history).to.have.length(2);
    expect(status.sync.revision).to.equal('1.1.0');
  });
});
