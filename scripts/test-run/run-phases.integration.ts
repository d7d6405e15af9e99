import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { runPhases } from './run-phases.ts';
import type { Result, Step } from './step.ts';

describe('a phase of the test run', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'firedrill-phases-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const step = (name: string, script: string): Step => ({
    name,
    file: 'sh',
    args: ['-c', script],
    kind: 'checker',
  });
  const run = async (repeated: boolean, ...steps: Step[]): Promise<readonly Result[]> => {
    const phases = [{ title: 'phase', lanes: [{ atOnce: 2, repeated, steps }] }];
    const signal = new AbortController().signal;
    return (await runPhases(phases, { project: folder, env: process.env, signal, write: () => {} })).steps;
  };
  const outcomes = (results: readonly Result[]) =>
    results.map(({ name, passed, failed, failedBefore }) => ({ name, passed, failed, failedBefore }));
  /** Fails when it runs for the first time. */
  const failsOnce = step('fails once', 'if [ -e ran ]; then exit 0; fi; touch ran; exit 1');
  const fails = (name: string) => step(name, 'exit 1');
  const failure = ['ended with exit code 1'];

  it('repeats a step that failed, and says that it had failed', async () => {
    expect(outcomes(await run(true, failsOnce, step('passes', 'exit 0')))).to.deep.equal([
      { name: 'passes', passed: 1, failed: 0, failedBefore: undefined },
      { name: 'fails once', passed: 1, failed: 0, failedBefore: failure },
    ]);
  });

  it('counts a second failure', async () => {
    expect(outcomes(await run(true, fails('fails')))).to.deep.equal([
      { name: 'fails', passed: 0, failed: 1, failedBefore: failure },
    ]);
  });

  it('repeats nothing if a lane does not ask for it, or if more than three steps failed', async () => {
    expect(outcomes(await run(false, failsOnce))).to.deep.equal([
      { name: 'fails once', passed: 0, failed: 1, failedBefore: undefined },
    ]);
    const four = ['a', 'b', 'c', 'd'].map(fails);
    expect(
      (await run(true, ...four)).map(({ failed, failedBefore }) => [failed, failedBefore]),
    ).to.deep.equal(four.map(() => [1, undefined]));
  });
});
