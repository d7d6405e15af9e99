import { expect } from 'chai';
import { broken, FiredrillError } from '../../core/errors.ts';
import type { ImageChoice } from './image-choice.ts';
import { resolveByChoice } from './resolve.ts';

const never = new AbortController().signal;

/** What is chosen, and what is said of it, when the official images come to this. */
async function choosing(choice: ImageChoice, official: () => Promise<string>, signal = never) {
  const notes: string[] = [];
  const ways = { official, local: async () => 'local' };
  const outcome = await resolveByChoice(choice, ways, { signal, note: (text) => notes.push(text) }).catch(
    (error: unknown) => error,
  );
  return { outcome, notes };
}

const unreachable = broken('image prom/prometheus:v3', 'its registry cannot be reached');
const fails = (error: unknown) => () => Promise.reject(error);
const works = async () => 'official';

describe('image choice', () => {
  it('auto uses the official images if they are available, without a note', async () => {
    expect(await choosing('auto', works)).to.deep.equal({ outcome: 'official', notes: [] });
  });

  it('auto takes local ones where one cannot be had, and says which and why', async () => {
    const { outcome, notes } = await choosing('auto', fails(unreachable));
    expect(outcome).to.equal('local');
    expect(notes).to.have.lengthOf(1);
    expect(notes[0]).to.contain('prom/prometheus:v3').and.contain('cannot be reached');
  });

  it('auto gives registries less time than official does', async () => {
    const given: Record<string, number> = {};
    for (const choice of ['auto', 'official'] as const) {
      const official = async (silenceMs: number) => {
        given[choice] = silenceMs;
        return 'official';
      };
      await resolveByChoice(
        choice,
        { official, local: official.bind(undefined, 0) },
        { signal: never, note() {} },
      );
    }
    expect(given.auto).to.be.lessThan(given.official ?? 0);
  });

  it('official never takes local ones', async () => {
    const { outcome, notes } = await choosing('official', fails(unreachable));
    expect(outcome).to.equal(unreachable);
    expect(notes).to.deep.equal([]);
  });

  it('local asks no registry', async () => {
    expect((await choosing('local', fails(new Error('asked')))).outcome).to.equal('local');
  });

  it('auto does not mistake an interruption or an internal error for an unreachable registry', async () => {
    const stopped = AbortSignal.abort();
    expect((await choosing('auto', fails(unreachable), stopped)).outcome).to.be.instanceOf(FiredrillError);
    const fault = new TypeError('undefined is not a function');
    expect((await choosing('auto', fails(fault))).outcome).to.equal(fault);
  });
});
