import { expect } from 'chai';
import { unlessStopped } from './stopped.ts';

describe('what is read of a component that a fault may stop', () => {
  const fails = () => Promise.reject(new Error('no answer'));
  it('is what it answers, also while the fault lasts', async () => {
    expect(await unlessStopped({ stops: ['grafana'] }, 'grafana', 0, () => Promise.resolve(1))).to.equal(1);
  });
  it('is replaced only where this fault is why it does not answer', async () => {
    expect(await unlessStopped({ stops: ['grafana'] }, 'grafana', 0, fails)).to.equal(0);
    for (const stops of [[], ['prometheus']]) {
      const error = await unlessStopped({ stops }, 'grafana', 0, fails).catch((caught: unknown) => caught);
      expect(error).to.have.property('message', 'no answer');
    }
  });
});
