import { expect } from 'chai';
import { FiredrillError } from '../../../core/errors.ts';
import { runCheck } from './run-check.ts';

const { signal } = new AbortController();
const node = (script: string, withinMs?: number) =>
  runCheck(process.execPath, ['-e', script], {}, signal, withinMs);

describe('a tool that checks a configuration', () => {
  it('refuses it by how it ends, with what it said', async () => {
    expect(await node('console.log("fine")')).to.deep.equal({ failed: false, output: 'fine' });
    expect(await node('console.error("line 3"); process.exit(1)')).to.deep.equal({
      failed: true,
      output: 'line 3',
    });
  });

  it('does not refuse it by taking too long', async () => {
    const [late] = await Promise.allSettled([node('setInterval(() => {}, 1000)', 200)]);
    if (late.status === 'fulfilled' || !(late.reason instanceof FiredrillError)) throw new Error('it passed');
    expect(late.reason.kind).to.equal('broken');
    expect(late.reason.message).to.include('did not finish within 0.2 s');
  });
});
