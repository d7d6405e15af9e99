/*
 * `npm test`: runs every test and ends with one line that counts them all. Missing tools are built first.
 */
import { fileURLToPath } from 'node:url';
import { exitCodes, isAbort, messageOf } from '../core/errors.ts';
import { readOptions } from '../core/options.ts';
import { untilInterrupted } from '../harness/command/until-interrupted.ts';
import { cacheDirOf } from '../stacks/toolchain/cache-dir.ts';
import { progressRenderer } from '../stacks/toolchain/progress.ts';
import { recipes } from '../stacks/toolchain/recipes.ts';
import { ensureFrom, ensureTools } from '../stacks/toolchain/toolchain.ts';
import { runScript } from './run-script.ts';
import { planOf } from './test-run/plan.ts';
import { runPhases } from './test-run/run-phases.ts';
import type { Counts } from './test-run/step.ts';
import { closingLine, failuresOf, sumOf, tableOf, timesOf } from './test-run/summary.ts';
import { actionlint } from './tools/actionlint/recipe.ts';

const usage = `usage: npm test [-- --only PREFIX...] [--nightly]

Runs lint, type check, unit tests, integration tests and drills, and prints the counts.

  --only PREFIX   only test files whose path starts with PREFIX (stacks/, harness/kill), or one checker by its name
                  (biome, oxlint, tsc, actionlint); may be repeated
  --nightly       also the tests of files *.nightly.ts, whose drills take long
  --help

Exit code: 0 all passed, 1 something failed or nothing ran, 2 bad input, 130 interrupted.
`;

const project = fileURLToPath(new URL('..', import.meta.url));
const { env, stdout, stderr } = process;

interface Arguments {
  readonly only: readonly string[];
  readonly nightly: boolean;
  readonly help: boolean;
}

/** @throws FiredrillError `bad-input` with every error of the command line. */
function readArguments(args: readonly string[]): Arguments {
  const line = readOptions(
    args,
    {
      only: { type: 'string', multiple: true },
      nightly: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
    { help: 'npm test -- --help', positionalError: 'unexpected argument: not the value of an option' },
  );
  line.check();
  return {
    only: line.all('only').map((prefix) => prefix.replace(/^\.\//, '')),
    nightly: line.has('nightly'),
    help: line.has('help'),
  };
}

/** Builds missing tools. @returns the path of actionlint. */
async function buildTools(signal: AbortSignal): Promise<string> {
  const renderer = progressRenderer(stderr);
  const options = { cacheDir: cacheDirOf(env), env, signal, progress: renderer.show };
  try {
    await ensureTools(
      Object.values(recipes).flatMap(({ binaries }) => [...binaries]),
      options,
    );
    return (await ensureFrom([actionlint], ['actionlint'], options)).path('actionlint');
  } finally {
    renderer.end();
  }
}

/** Runs the tests and prints everything except the closing line. */
async function testAll({ only, nightly }: Arguments, signal: AbortSignal): Promise<Counts> {
  const colour = stdout.isTTY === true && !env.CI && !env.NO_COLOR;
  const phases = await planOf({ project, only, nightly, actionlint: await buildTools(signal), colour });
  const write = (text: string | Buffer) => void stdout.write(text);
  if (phases.length === 0) write(`nothing to run: no test path starts with ${only.join(' or ')}\n`);
  const { steps, phases: times } = await runPhases(phases, { project, env, signal, write });
  if (steps.length > 0) write(`\n${tableOf(steps)}\n${timesOf(times, steps)}\n${failuresOf(steps)}`);
  return sumOf(steps);
}

async function main(given: Arguments): Promise<number> {
  const signal = untilInterrupted({ message: 'ending every test' });
  const counts = await testAll(given, signal).catch((error: unknown): Counts => {
    // Tests that cannot start count as failed.
    if (!isAbort(error)) stderr.write(`${messageOf(error)}\n`);
    return { passed: 0, failed: 1, skipped: 0 };
  });
  stdout.write(`${closingLine(counts)}\n`);
  if (signal.aborted) return exitCodes.interrupted;
  return counts.failed === 0 && counts.passed > 0 ? exitCodes.held : exitCodes.failed;
}

await runScript({ usage, read: readArguments, main });
