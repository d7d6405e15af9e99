import { expect } from 'chai';
import { exitCodeOf } from './exit-code.ts';

const of = (...outcomes: ('pass' | 'fail' | 'broken' | 'bad-input' | 'interrupted')[]) =>
  exitCodeOf(outcomes.map((outcome) => ({ outcome })));

describe('exit code', () => {
  it('is that of the outcome', () => {
    expect([of('pass'), of('fail'), of('bad-input'), of('broken'), of('interrupted')]).to.deep.equal([
      0, 1, 2, 3, 130,
    ]);
  });

  it('is 0 only when every drill held', () => {
    expect(of('pass', 'fail', 'pass')).to.equal(1);
    expect(of('fail', 'broken')).to.equal(3);
    expect(of('pass', 'interrupted')).to.equal(130);
  });

  it('is that of a broken harness when no drill was run', () => {
    expect(of()).to.equal(3);
  });
});
