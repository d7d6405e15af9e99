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
  /** Ends the step and all that it started. */
  readonly signal: AbortSignal;
  /** Longest time of a step, in milliseconds. */
  readonly limitMs: number;
  /** Whether it gives its processors to whatever else runs. */
  readonly background?: boolean;
}

/** How long a process may take to end after TERM, in milliseconds. */
const graceMs = 5_000;
/** How long what a step started may outlive it, in milliseconds: a killed drill's watcher needs some. */
const afterlifeMs = 10_000;

/** Runs one step to its end, and leaves nothing of it behind. Never throws: what goes wrong is a failure. */
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
  // As /tmp itself: a database that is started by root runs as another user.
  await chmod(temporary, 0o1777);
  const limit = AbortSignal.timeout(options.limitMs);
  const signal = AbortSignal.any([options.signal, limit]);
  const results = join(temporary, 'results.json');
  const exit = await runProcess(step, results, temporary, { ...options, signal });
  // What was interrupted has nothing more to finish.
  if (signal.aborted) sendAll(leftoversOf(temporary), 'SIGTERM');
  const left = await endLeftovers(temporary);
  await exit.silent();
  const text = await readFile(results, 'utf8').catch(() => undefined);
  const judged = step.kind === 'mocha' ? judgeMocha(text, exit) : judgeChecker(exit);
  return {
    ...judged,
    failed: judged.failed + Number(left.length > 0),
    failures: [
      ...judged.failures,
      ...(limit.aborted ? [`not done within ${options.limitMs / 60_000} minutes`] : []),
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
  // A group of its own: a Ctrl-C at the terminal reaches us alone, and we end the whole group.
  const child = spawn(
    file,
    [...args, ...(kind === 'mocha' ? ['--reporter-option', `output=${results}`] : [])],
    {
      cwd: project,
      env: {
        ...env,
        TMPDIR: temporary,
        // Steps start the command line a hundred times: what Node has compiled once it need not compile again.
        NODE_COMPILE_CACHE: join(project, '.firedrill', 'compile-cache'),
      },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  // What it starts inherits this.
  if (background && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  return await endOfGroup(child, { signal, ask: 'SIGTERM', graceMs, write: (text) => output.write(text) });
}

/** Waits for what a step started to end by itself, and ends it when it does not. */
async function endLeftovers(temporary: string): Promise<readonly Leftover[]> {
  try {
    await until(
      'what the step started to end',
      () => (leftoversOf(temporary).length === 0 ? met(true) : notYet('some still run')),
      {
        where: 'leftovers',
        withinMs: afterlifeMs,
        everyMs: 50,
        // Also of a run that was interrupted nothing may be left.
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
      // It ended after all.
    }
  }
}
