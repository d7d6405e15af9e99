import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { planOf } from './plan.ts';
import { runStep } from './run-step.ts';
import type { Result, Step } from './step.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const never = new AbortController().signal;

/** The step that the plan makes of a file, for one of the fixtures. */
async function stepOf(fixture: string): Promise<Step> {
  const self = 'scripts/test-run/run-step.integration.ts';
  const [phase] = await planOf({ project, only: [self], actionlint: '', colour: false });
  const [step] = phase?.lanes[0]?.steps ?? [];
  if (!step) throw new Error('the plan does not contain this file');
  const file = join('scripts', 'test-run', 'testing', `${fixture}.ts`);
  return { ...step, name: fixture, args: step.args.map((argument) => (argument === self ? file : argument)) };
}

async function run(
  fixture: string,
  {
    signal = never,
    limitMs = 60_000,
    background = false,
    onOutput = () => {},
  }: {
    signal?: AbortSignal;
    limitMs?: number;
    background?: boolean;
    onOutput?: (text: string) => void;
  } = {},
): Promise<Result> {
  const output = { write: (text: string | Buffer) => onOutput(String(text)) };
  const options = { project, env: process.env, output, signal, limitMs, background };
  return await runStep(await stepOf(fixture), options);
}

const countsOf = ({ passed, failed, skipped }: Result) => ({ passed, failed, skipped });

/** Whether a process has ended; also true for a zombie. */
const isGone = async (pid: number): Promise<boolean> =>
  (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')) === '';

describe('a step of the test run', () => {
  it('counts passed, failed and skipped tests', async () => {
    const result = await run('mixed');
    expect(countsOf(result)).to.deep.equal({ passed: 1, failed: 1, skipped: 1 });
    expect(result.failures).to.deep.equal(['mixed fails: as it should']);
  });

  it('has low priority only in the background', async () => {
    expect(countsOf(await run('has-low-priority', { background: true }))).to.include({ passed: 1 });
    expect(countsOf(await run('has-low-priority'))).to.include({ failed: 1 });
  });

  it('counts tests that did not run because a hook failed as skipped', async () => {
    const result = await run('hook-fails');
    expect(countsOf(result)).to.deep.equal({ passed: 0, failed: 1, skipped: 2 });
    expect(result.failures[0]).to.contain('"before all" hook').and.contain('no stack');
  });

  it('fails when the file cannot be imported, and shows why', async () => {
    let output = '';
    const result = await run('crashes-at-import', {
      onOutput: (text) => {
        output += text;
      },
    });
    expect(countsOf(result)).to.deep.equal({ passed: 0, failed: 1, skipped: 0 });
    expect(result.failures).to.deep.equal(['ended with exit code 1 and wrote no results']);
    expect(output).to.contain('cannot be imported');
  });

  it('fails when the process ends in the middle, although with exit code 0', async () => {
    const result = await run('exits-in-the-middle');
    expect(countsOf(result)).to.deep.equal({ passed: 0, failed: 1, skipped: 0 });
    expect(result.failures).to.deep.equal(['ended with exit code 0 and wrote no results']);
  });

  it('fails when something is thrown after the last test', async () => {
    const result = await run('crashes-afterwards');
    expect(countsOf(result)).to.deep.equal({ passed: 1, failed: 1, skipped: 0 });
    expect(result.failures[0]).to.match(/after 0 failures$/);
  });

  it('fails without any test', async () => {
    const result = await run('no-tests');
    expect(countsOf(result)).to.deep.equal({ passed: 0, failed: 1, skipped: 0 });
    expect(result.failures).to.deep.equal(['has no tests']);
  });

  it('fails when something keeps the process from ending', async () => {
    let output = '';
    const result = await run('stays-open', {
      onOutput: (text) => {
        output += text;
      },
    });
    expect(countsOf(result)).to.deep.equal({ passed: 1, failed: 1, skipped: 0 });
    expect(result.failures).to.deep.equal(['was ended by SIGKILL after 0 failures']);
    expect(output).to.contain('still running').and.contain('Timeout');
  });

  it('fails when a process is left behind, and ends it', async () => {
    const result = await run('leaves-a-process');
    expect(countsOf(result)).to.deep.equal({ passed: 1, failed: 1, skipped: 0 });
    const [, pid] = /left process (\d+) behind: sleep 1000\.5/.exec(result.failures.join()) ?? [];
    expect(await isGone(Number(pid)), `process ${pid} is gone`).to.equal(true);
  });

  it('leaves nothing when it is interrupted', async () => {
    const stop = new AbortController();
    let pid = 0;
    const result = await run('hangs', {
      signal: stop.signal,
      onOutput: (text) => {
        pid = Number(/spawned (\d+)/.exec(text)?.[1] ?? pid);
        if (pid > 0) stop.abort();
      },
    });
    expect(result.failed).to.be.at.least(1);
    expect(pid).to.be.above(0);
    expect(await isGone(pid), `process ${pid} is gone`).to.equal(true);
  });

  it('is ended at its limit, and says so', async () => {
    const result = await run('hangs', { limitMs: 3_000 });
    expect(result.failures.join()).to.contain('did not end within 0.05 minutes');
  });
});
