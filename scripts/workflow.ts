/*
 * `npm run workflow`: runs a workflow's own steps on this machine, so that it is known to work before GitHub runs it.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exitCodes, FiredrillError, messageOf } from '../core/errors.ts';
import { count } from '../reports/text.ts';
import { readArguments, usage } from './workflow/arguments.ts';
import { planOf } from './workflow/plan.ts';
import { uncommitted, workflowAtHead } from './workflow/repository.ts';
import { runWorkflow } from './workflow/run-workflow.ts';

const project = fileURLToPath(new URL('..', import.meta.url));
const { env, stdout, stderr } = process;

/** The first Ctrl-C cancels the jobs, of which some steps still run; the second ends those. */
function untilInterrupted(): { cancel: AbortSignal; end: AbortSignal } {
  const cancel = new AbortController();
  const end = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (cancel.signal.aborted) end.abort();
      else stderr.write(`\n${name}: cancelling the job; once more to leave out what always runs\n`);
      cancel.abort();
    });
  }
  return { cancel: cancel.signal, end: end.signal };
}

async function main(args: readonly string[]): Promise<number> {
  const { name, inputs, help } = readArguments(args);
  if (help) {
    stdout.write(usage);
    return exitCodes.held;
  }
  const jobs = planOf(await workflowAtHead(project, name), `${name}.yml`, inputs);
  const changed = await uncommitted(project);
  if (changed > 0) stdout.write(`HEAD is what runs, without ${count(changed, 'uncommitted change')}\n`);
  const stamp = new Date().toISOString().replace(/[-:]|\..*/g, '');
  const keepIn = join(project, '.firedrill', 'workflow', stamp);
  await mkdir(keepIn, { recursive: true });
  const { exitCode, notRun, summary } = await runWorkflow(jobs, {
    project,
    keepIn,
    temporary: tmpdir(),
    env,
    write: (text) => void stdout.write(text),
    ...untilInterrupted(),
  });
  await writeFile(join(keepIn, 'summary.md'), summary);
  stdout.write(`\n${summary === '' ? 'No step wrote a summary.\n' : summary}\n`);
  if (notRun.length > 0) stdout.write(`Not run here: ${notRun.join(', ')}\n`);
  stdout.write(`Artefacts and summary: ${relative('', keepIn)}\n`);
  return exitCode;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  stderr.write(`${messageOf(error)}\n`);
  process.exitCode = error instanceof FiredrillError ? error.exitCode : exitCodes.broken;
}
