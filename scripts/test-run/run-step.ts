import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { constants, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../core/errors.ts';
import { met, notYet, until } from '../../core/poll.ts';
import { endOfGroup, type GroupEnd } from '../process-group.ts';
import { type Leftover, leftoversOf } from './leftovers.ts';
import type { StepOutput } from './ordered-output.ts';
import { judgeChecker, judgeMocha } from './results.ts';
import type { Result, Step } from './step.ts';

export interface RunOptions {
  readonly project: string;
  readonly output: Pick<StepOutput, 'write'>;
  readonly env: NodeJS.ProcessEnv;
  /** When aborted, the step and every process that it started are ended. */
  readonly signal: AbortSignal;
  /** Longest time of a step, in milliseconds. */
  readonly limitMs: number;
  /** Whether the step runs with low priority. */
  readonly background?: boolean;
}

/** Time for a process to end after SIGTERM, in milliseconds. */
const graceMs = 5_000;
/** Time for the processes of a step to end after the step, in milliseconds. The watcher of a killed drill needs it. */
const leftoversEndWithinMs = 10_000;

/** Runs one step, and ends every process that it leaves. Never throws: an error counts as a failure. */
export async function runStep(step: Step, options: RunOptions): Promise<Result> {
  const startedAt = performance.now();
  const { name } = step;
  try {
    const temporary = await realpath(await mkdtemp(join(tmpdir(), 'firedrill-test-')));
    try {
      const judged = await runIn(temporary, step, options);
      return { name, tookMs: performance.now() - startedAt, ...judged };
    } finally {
      await rm(temporary, { recursive: true, force: true, maxRetries: 5 });
    }
  } catch (error) {
    const tookMs = performance.now() - startedAt;
    return { name, tookMs, passed: 0, failed: 1, skipped: 0, failures: [messageOf(error)] };
  }
}

async function runIn(
  temporary: string,
  step: Step,
  options: RunOptions,
): Promise<Omit<Result, 'name' | 'tookMs'>> {
  // The mode of /tmp: a database that root starts runs as another user.
  await chmod(temporary, 0o1777);
  const limit = AbortSignal.timeout(options.limitMs);
  const signal = AbortSignal.any([options.signal, limit]);
  const results = join(temporary, 'results.json');
  const exit = await runProcess(step, results, temporary, { ...options, signal });
  // Leftovers of an interrupted step need no time to finish.
  if (signal.aborted) sendAll(leftoversOf(temporary), 'SIGTERM');
  const left = await endLeftovers(temporary);
  await exit.outputClosed();
  const text = await readFile(results, 'utf8').catch(() => undefined);
  const judged = step.kind === 'mocha' ? judgeMocha(text, exit) : judgeChecker(exit);
  return {
    ...judged,
    failed: judged.failed + Number(left.length > 0),
    failures: [
      ...judged.failures,
      ...(limit.aborted ? [`did not end within ${options.limitMs / 60_000} minutes`] : []),
      ...left.map(({ pid, command }) => `left process ${pid} behind: ${command}`),
    ],
  };
}

/** @throws the operating system's error when it cannot be started. */
async function runProcess(
  { file, args, kind }: Step,
  results: string,
  temporary: string,
  { project, env, output, signal, background }: RunOptions,
): Promise<GroupEnd> {
  signal.throwIfAborted();
  // It has its own process group, so that a Ctrl-C at the terminal reaches only this process, which ends the whole group.
  const child = spawn(
    file,
    [...args, ...(kind === 'mocha' ? ['--reporter-option', `output=${results}`] : [])],
    {
      cwd: project,
      env: {
        ...env,
        TMPDIR: temporary,
        // Steps start the command line about a hundred times, so Node caches compiled code.
        NODE_COMPILE_CACHE: join(project, '.firedrill', 'compile-cache'),
      },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  // Processes that it starts inherit the priority.
  if (background && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  return await endOfGroup(child, { signal, ask: 'SIGTERM', graceMs, write: (text) => output.write(text) });
}

/** Waits until the processes of a step have ended, and kills those that have not. @returns the killed ones. */
async function endLeftovers(temporary: string): Promise<readonly Leftover[]> {
  try {
    await until(
      'the processes of the step to end',
      () => (leftoversOf(temporary).length === 0 ? met(true) : notYet('some still run')),
      {
        where: 'leftovers',
        withinMs: leftoversEndWithinMs,
        everyMs: 50,
        // Not the step's signal: an interrupted run must not leave processes either.
        signal: new AbortController().signal,
      },
    );
    return [];
  } catch {
    const left = leftoversOf(temporary);
    sendAll(left, 'SIGKILL');
    return left;
  }
}

function sendAll(leftovers: readonly Leftover[], signal: NodeJS.Signals): void {
  for (const { pid } of leftovers) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended.
    }
  }
}
