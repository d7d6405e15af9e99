/*
 * `npm run nightly`: the full matrix, by hand or by the workflow of that name. At fast pace every scenario of the small
 * stack ten times, and every scenario of the full one three times on each topology; every scenario once at real pace;
 * and every test. What is known of the night is written after each command.
 */
import { appendFile, readdir, readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { badInput, exitCodes } from '../core/errors.ts';
import { makeFolder } from '../core/make-folder.ts';
import { type Arguments, readArguments, usage } from './nightly/arguments.ts';
import { phasesOf } from './nightly/commands.ts';
import { outcomesText, worstOf } from './nightly/outcomes.ts';
import { runNight } from './nightly/run-night.ts';
import { runScript } from './run-script.ts';
import { untilInterrupted } from './until-interrupted.ts';

const project = fileURLToPath(new URL('..', import.meta.url));
const { env, stdout } = process;

/** The folder of the night. @throws FiredrillError `bad-input` when another night is in it, whose records are not ours. */
async function makePlace(out: string | undefined): Promise<string> {
  const stamp = new Date().toISOString().replace(/[-:]|\..*/g, '');
  const place = out === undefined ? join(project, '.firedrill', 'nightly', stamp) : resolve(out);
  const earlier = await readdir(join(place, 'runs')).catch(() => []);
  if (earlier.length > 0) {
    throw badInput({ where: `--out ${out}`, message: 'a night is kept there already', hint: 'name another' });
  }
  await makeFolder(place);
  return place;
}

async function main(given: Arguments): Promise<number> {
  const place = await makePlace(given.out);
  const signal = untilInterrupted({ says: 'reverting faults and stopping stacks' });
  const tell = (line: string) => void stdout.write(`${line}\n`);
  const outcomes = await runNight(phasesOf(given), { project, place, signal, tell });
  const summary = join(place, 'summary.md');
  stdout.write(`\n${outcomesText(outcomes)}\nSummary, JUnit and runs: ${relative('', place)}\n`);
  if (env.GITHUB_STEP_SUMMARY) {
    await appendFile(env.GITHUB_STEP_SUMMARY, await readFile(summary, 'utf8').catch(() => ''));
  }
  return signal.aborted ? exitCodes.interrupted : worstOf(outcomes);
}

await runScript({ usage, read: readArguments, main });
