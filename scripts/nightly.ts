/*
 * `npm run nightly`: the full matrix, started by hand or by the workflow `nightly`. At fast pace every scenario of stack
 * `metrics` ten times and every scenario of stack `full` three times on each topology; all scenarios in a random order on
 * shared stacks; every scenario once at real pace; and every test. The summary is written after each command, and the drills
 * are added to the history of all nights.
 */
import { appendFile, readdir, readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { badInput, exitCodes } from '../core/errors.ts';
import { makeFolder } from '../core/make-folder.ts';
import { untilInterrupted } from '../harness/command/until-interrupted.ts';
import { type Arguments, readArguments, usage } from './nightly/arguments.ts';
import { phasesOf } from './nightly/commands.ts';
import { NightlyHistory } from './nightly/history.ts';
import { outcomesText, worstOf } from './nightly/outcomes.ts';
import { runNightly } from './nightly/run-nightly.ts';
import { runScript } from './run-script.ts';

const project = fileURLToPath(new URL('..', import.meta.url));
const { env, stdout } = process;

/**
 * Makes the folder for logs, runs and summary.
 *
 * @throws FiredrillError `bad-input` when the folder already contains the runs of another nightly run.
 */
async function makeOutputFolder(out: string | undefined): Promise<string> {
  const stamp = new Date().toISOString().replace(/[-:]|\..*/g, '');
  const folder = out === undefined ? join(project, '.firedrill', 'nightly', stamp) : resolve(out);
  const earlier = await readdir(join(folder, 'runs')).catch(() => []);
  if (earlier.length > 0) {
    throw badInput({
      where: `--out ${out}`,
      message: 'the folder already contains a nightly run',
      hint: 'choose another folder',
    });
  }
  await makeFolder(folder);
  return folder;
}

async function main(given: Arguments): Promise<number> {
  const folder = await makeOutputFolder(given.out);
  const usual = join(project, '.firedrill', 'nightly', 'history.jsonl');
  const history = new NightlyHistory(given.history === undefined ? usual : resolve(given.history), folder);
  await history.open();
  const signal = untilInterrupted({ message: 'reverting faults and stopping stacks' });
  const print = (line: string) => void stdout.write(`${line}\n`);
  const outcomes = await runNightly(phasesOf(given), {
    ...{ project, folder, signal, print },
    onRecords: (records) => history.add(records),
  });
  await history.draw(project);
  const summary = join(folder, 'summary.md');
  stdout.write(
    `\n${outcomesText(outcomes)}\nSummary, JUnit and runs: ${relative('', folder)}\nAll nights: ${relative('', history.page)}\n`,
  );
  if (env.GITHUB_STEP_SUMMARY) {
    await appendFile(env.GITHUB_STEP_SUMMARY, await readFile(summary, 'utf8').catch(() => ''));
  }
  return signal.aborted ? exitCodes.interrupted : worstOf(outcomes);
}

await runScript({ usage, read: readArguments, main });
