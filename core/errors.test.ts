import { expect } from 'chai';
import { badInput, broken, FiredrillError, interrupted, isAbort, messageOf } from './errors.ts';

describe('errors', () => {
  it('say every problem, each with where it is and what to do', () => {
    const error = badInput(
      { where: 'my.yaml: load', message: 'expected an object' },
      { where: '--pace', message: '"slow" is no pace', hint: 'use fast or real' },
    );
    expect(error.message).to.equal(
      'my.yaml: load: expected an object\n--pace: "slow" is no pace\n    → use fast or real',
    );
  });

  it('decide the exit code by their kind', () => {
    expect(badInput({ where: 'a', message: 'b' }).exitCode).to.equal(2);
    expect(broken('a', 'b').exitCode).to.equal(3);
    expect(interrupted('a').exitCode).to.equal(130);
  });

  it('keep the cause, when there is one, and the hint', () => {
    const cause = new Error('why');
    expect(broken('a', 'b', 'do c', cause)).to.deep.include({ cause, kind: 'broken' });
    expect(broken('a', 'b', 'do c').problems).to.deep.equal([{ where: 'a', message: 'b', hint: 'do c' }]);
    expect(broken('a', 'b')).to.not.have.property('cause');
    expect(broken('a', 'b').problems).to.deep.equal([{ where: 'a', message: 'b' }]);
  });

  it('messageOf reads whatever was thrown', () => {
    expect(messageOf(new Error('told'))).to.equal('told');
    expect(messageOf('a string')).to.equal('a string');
    expect(messageOf(undefined)).to.equal('undefined');
  });

  it('isAbort tells the end of a signal from a fault', () => {
    const { signal } = new AbortController();
    expect(signal.aborted).to.equal(false);
    expect(isAbort(AbortSignal.abort().reason)).to.equal(true);
    expect(isAbort(Object.assign(new Error(), { name: 'CanceledError' }))).to.equal(true);
    expect(isAbort(interrupted('the drill'))).to.equal(true);
    expect(isAbort(new FiredrillError('broken', []))).to.equal(false);
    expect(isAbort(new Error('AbortError'))).to.equal(false);
    expect(isAbort('AbortError')).to.equal(false);
  });
});
