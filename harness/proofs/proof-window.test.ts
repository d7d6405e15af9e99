import { expect } from 'chai';
import { readUntilComplete } from './proof-window.ts';

const { signal } = new AbortController();

describe('reading until everything has arrived', () => {
  it('ends when everything has arrived', async () => {
    const numbers = [1, 2, 3];
    const read = async () => numbers.shift() ?? 0;
    const value = await readUntilComplete('two', read, (n) => (n < 2 ? `${n}` : undefined), { signal });
    expect(value).to.equal(2);
  });

  it('returns the last value when the time is over', async () => {
    const value = await readUntilComplete(
      'more',
      async () => 1,
      () => 'only 1',
      { signal, withinMs: 10 },
    );
    expect(value).to.equal(1);
  });

  it('fails if the last read fails, even if an earlier one succeeded', async () => {
    let reads = 0;
    const read = async () => {
      reads += 1;
      if (reads > 1) throw new Error('connection refused');
      return reads;
    };
    const options = { signal, withinMs: 1_000 };
    const [result] = await Promise.allSettled([readUntilComplete('more', read, () => 'only 1', options)]);
    expect(reads).to.be.above(1);
    expect(result.status === 'rejected' && String(result.reason)).to.include('connection refused');
  });

  it('ends with the drill', async () => {
    const ended = new AbortController();
    ended.abort(new Error('the drill is over'));
    const reading = readUntilComplete(
      'more',
      async () => 1,
      () => 'only 1',
      { signal: ended.signal },
    );
    const [result] = await Promise.allSettled([reading]);
    expect(result.status === 'rejected' && String(result.reason.message)).to.equal('the drill is over');
  });
});
