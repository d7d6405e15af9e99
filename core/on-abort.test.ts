import { expect } from 'chai';
import { onAbort, orAbort } from './on-abort.ts';

describe('onAbort', () => {
  it('acts once the signal is aborted, at once where it already is', () => {
    const ending = new AbortController();
    let times = 0;
    onAbort(ending.signal, () => times++);
    expect(times).to.equal(0);
    ending.abort();
    expect(times).to.equal(1);
    onAbort(ending.signal, () => times++);
    expect(times).to.equal(2);
  });

  it('does not act when disposed of before', () => {
    const ending = new AbortController();
    let times = 0;
    onAbort(ending.signal, () => times++)[Symbol.dispose]();
    ending.abort();
    expect(times).to.equal(0);
  });
});

describe('orAbort', () => {
  const failure = (work: Promise<unknown>) => work.then(() => undefined, String);

  it('gives what the work gives, or throws what it throws', async () => {
    const { signal } = new AbortController();
    expect(await orAbort(Promise.resolve(1), signal)).to.equal(1);
    expect(await failure(orAbort(Promise.reject(new Error('no')), signal))).to.equal('Error: no');
  });

  it("throws the signal's reason while the work goes on, and drops its outcome", async () => {
    const ending = new AbortController();
    const work = Promise.withResolvers<never>();
    const raced = failure(orAbort(work.promise, ending.signal));
    ending.abort(new Error('enough'));
    expect(await raced).to.equal('Error: enough');
    work.reject(new Error('late'));
  });

  it('throws the reason of a signal that came before, though the work is done', async () => {
    expect(await failure(orAbort(Promise.resolve(1), AbortSignal.abort(new Error('enough'))))).to.equal(
      'Error: enough',
    );
  });
});
