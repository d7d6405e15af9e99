import { expect } from 'chai';
import { readiness } from './health.ts';

const running = { started: true, stopping: false };
const fine = { name: 'fine', run: async () => {} };
const refused = { name: 'postgres', run: () => Promise.reject(new Error('connection refused')) };
const hanging = { name: 'disk', run: () => new Promise<void>(() => {}) };

describe('readiness', () => {
  it('is up when every check passes, or there is none', async () => {
    expect(await readiness(running, [])).to.deep.equal({ status: 200, body: { status: 'up', reasons: [] } });
    expect((await readiness(running, [fine, fine])).status).to.equal(200);
  });

  it('names every check that fails, and how', async () => {
    expect(await readiness(running, [refused, fine, hanging], 5)).to.deep.equal({
      status: 503,
      body: { status: 'down', reasons: ['postgres: connection refused', 'disk: no answer within 5 ms'] },
    });
  });

  it('is down before the start is done and while stopping, without asking the checks', async () => {
    const unasked = { name: 'unasked', run: () => Promise.reject(new Error('asked')) };
    expect((await readiness({ started: false, stopping: false }, [unasked])).body.reasons).to.deep.equal([
      'not started yet',
    ]);
    expect((await readiness({ started: true, stopping: true }, [unasked])).body.reasons).to.deep.equal([
      'stopping',
    ]);
  });
});
