import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { exitCodes } from '../../core/errors.ts';
import { Scope } from '../../core/scope.ts';
import type { Job } from './plan.ts';
import { cloneHead } from './repository.ts';
import { type JobEnd, type JobOptions, runJob } from './run-job.ts';

export interface WorkflowOptions extends Omit<JobOptions, 'folder' | 'clone'> {
  readonly project: string;
  /** Where folders for the time of a run are made. */
  readonly temporary: string;
}

/** Removing a clone with everything that npm put into it, in milliseconds. */
const removalMs = 120_000;

/** Runs the jobs, none of which needs another, one after the other, each in a folder of its own that is gone afterwards. */
export async function runWorkflow(jobs: readonly Job[], options: WorkflowOptions): Promise<JobEnd> {
  const { project, temporary, write, cancel } = options;
  const ends: JobEnd[] = [];
  for (const job of jobs) {
    if (cancel.aborted) break;
    await using scope = new Scope(({ what, message }) => write(`${what} was not removed: ${message}\n`));
    const folder = join(temporary, `firedrill-workflow-${randomUUID().slice(0, 8)}`);
    scope.defer(folder, () => rm(folder, { recursive: true, force: true, maxRetries: 5 }), removalMs);
    // Not mkdtemp, whose folders nobody else may enter: a database that is started by root runs as another user.
    await mkdir(folder);
    const env = runnerEnv(options.env, project);
    ends.push(await runJob(job, { ...options, env, folder, clone: (into) => cloneHead(project, into) }));
  }
  return {
    exitCode: cancel.aborted ? exitCodes.interrupted : (ends.find(({ exitCode }) => exitCode)?.exitCode ?? 0),
    notRun: [...new Set(ends.flatMap(({ notRun }) => notRun))],
    summary: ends.map(({ summary }) => summary).join(''),
  };
}

/** Ours without what `npm run` adds: the clone has to bring its own programs. */
function runnerEnv(env: NodeJS.ProcessEnv, project: string): NodeJS.ProcessEnv {
  const added =
    /^(npm_(lifecycle|package)_\w+|npm_(execpath|command|node_execpath)|npm_config_(local_)?prefix|INIT_CWD)$/;
  const path = (env.PATH ?? '')
    .split(delimiter)
    .filter((one) => !one.startsWith(join(project, 'node_modules')));
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => !added.test(name))),
    PATH: path.join(delimiter),
  };
}
