import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { humanDuration } from '../../core/duration.ts';
import { exitCodes, messageOf } from '../../core/errors.ts';
import type { JobStatus } from './expressions.ts';
import { keepFiles } from './keep-files.ts';
import type { Job, KeepStep, RunStep, Step } from './plan.ts';
import { runScript } from './run-script.ts';

export interface JobOptions {
  /** An empty folder of the job's own. */
  readonly folder: string;
  /** Where its artefacts are copied to. */
  readonly keepIn: string;
  /** The environment of every step; the steps' own comes on top. */
  readonly env: NodeJS.ProcessEnv;
  readonly write: (text: string | Buffer) => void;
  /** Makes the fresh clone. */
  readonly clone: (into: string) => Promise<void>;
  /** Cancels the job: what runs is ended, and what runs always still does. */
  readonly cancel: AbortSignal;
  /** Ends that as well. */
  readonly end: AbortSignal;
}

export interface JobEnd {
  /** 0, that of the step that failed first, or 130 when it was cancelled. */
  readonly exitCode: number;
  /** The actions that were named only. */
  readonly notRun: readonly string[];
  /** What the steps added to the summary. */
  readonly summary: string;
}

/** Runs the steps of a job in their order, in a workspace that is empty until a step clones into it. */
export async function runJob(job: Job, options: JobOptions): Promise<JobEnd> {
  const { folder, write } = options;
  await Promise.all([mkdir(workspaceIn(folder)), mkdir(temporaryIn(folder))]);
  const late = job.limitMs === undefined ? [] : [AbortSignal.timeout(job.limitMs)];
  const cancel = AbortSignal.any([options.cancel, ...late]);
  let failed: number = exitCodes.held;
  const notRun: string[] = [];
  const summaries: string[] = [];
  for (const [i, step] of job.steps.entries()) {
    const status: JobStatus = cancel.aborted ? 'cancelled' : failed ? 'failure' : 'success';
    write(`\n━━ ${step.name}\n`);
    if (!step.runsWhen(status)) {
      write(`   not run: ${status === 'success' ? 'its condition is false' : `the job is at ${status}`}\n`);
      continue;
    }
    if (step.kind === 'elsewhere') {
      notRun.push(step.uses);
      write(`   not run here: ${step.uses}\n`);
      continue;
    }
    const summary = join(temporaryIn(folder), `summary-${i}.md`);
    const startedAt = performance.now();
    // What runs although the job is cancelled is not cancelled with it.
    const exitCode = await runStep(step, i, {
      ...options,
      summary,
      cancel: status === 'cancelled' ? options.end : cancel,
    });
    summaries.push(await readFile(summary, 'utf8').catch(() => ''));
    write(`   ended with exit code ${exitCode} (${humanDuration(performance.now() - startedAt)})\n`);
    failed ||= exitCode;
  }
  if (late.some(({ aborted }) => aborted)) write(`\nnot done within ${humanDuration(job.limitMs ?? 0)}\n`);
  const exitCode = options.cancel.aborted ? exitCodes.interrupted : failed || Number(cancel.aborted);
  return { exitCode, notRun, summary: summaries.join('') };
}

const workspaceIn = (folder: string) => join(folder, 'workspace');
const temporaryIn = (folder: string) => join(folder, 'temporary');

type StepOptions = JobOptions & { readonly summary: string };

/** @returns its exit code; what goes wrong in a step of ours is written and 1. */
async function runStep(
  step: Exclude<Step, { kind: 'elsewhere' }>,
  nth: number,
  options: StepOptions,
): Promise<number> {
  const { folder, write, clone } = options;
  try {
    if (step.kind === 'run') return await runRun(step, nth, options);
    if (step.kind === 'keep') return await keep(step, options);
    await clone(workspaceIn(folder));
    return exitCodes.held;
  } catch (error) {
    write(`${messageOf(error)}\n`);
    return exitCodes.failed;
  }
}

async function runRun(step: RunStep, nth: number, options: StepOptions): Promise<number> {
  const { folder, env, write, cancel, summary } = options;
  const script = join(temporaryIn(folder), `step-${nth}.sh`);
  await writeFile(script, step.script);
  await writeFile(summary, '');
  const late = step.limitMs === undefined ? undefined : AbortSignal.timeout(step.limitMs);
  const workspace = workspaceIn(folder);
  const exitCode = await runScript({
    // As GitHub calls it; without a shell named, a failure inside a pipe goes unnoticed there too.
    args: step.shell ? ['--noprofile', '--norc', '-eo', 'pipefail', script] : ['-e', script],
    cwd: workspace,
    env: {
      ...env,
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_EVENT_NAME: 'workflow_dispatch',
      GITHUB_WORKSPACE: workspace,
      GITHUB_STEP_SUMMARY: summary,
      RUNNER_TEMP: temporaryIn(folder),
      ...step.env,
    },
    write,
    signal: late ? AbortSignal.any([cancel, late]) : cancel,
  });
  if (!late?.aborted) return exitCode;
  write(`   not done within ${humanDuration(step.limitMs ?? 0)}\n`);
  // However it ended when it was told to, it failed.
  return exitCode || exitCodes.failed;
}

async function keep(step: KeepStep, { folder, keepIn, write }: StepOptions): Promise<number> {
  const place = join(keepIn, step.artefact);
  const { files, bytes } = await keepFiles(step, workspaceIn(folder), place);
  write(`   ${files} files, ${(bytes / 1e6).toFixed(1)} MB, copied to ${place}\n`);
  if (files > 0 || step.ifNone !== 'error') return exitCodes.held;
  write(`   there is nothing at ${step.paths.join(', ')}\n`);
  return exitCodes.failed;
}
