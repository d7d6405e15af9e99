/*
 * `npm run slos`: makes the recording and alerting rules of SLOs, by sloth. The rules are kept as files, because a drill
 * does not need sloth.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { Place } from '../configuration/files/place.ts';
import { readSloFile } from '../configuration/slo/slo-file.ts';
import { badInput, exitCodes } from '../core/errors.ts';
import { unreadable } from '../core/file-errors.ts';
import { makeFolder } from '../core/make-folder.ts';
import { readOptions } from '../core/options.ts';
import { Problems } from '../core/problems.ts';
import { shownPath } from '../core/shown-path.ts';
import { untilInterrupted } from '../harness/command/until-interrupted.ts';
import { cacheDirOf } from '../stacks/toolchain/cache-dir.ts';
import { progressRenderer } from '../stacks/toolchain/progress.ts';
import { ensureFrom } from '../stacks/toolchain/toolchain.ts';
import { runScript } from './run-script.ts';
import { rulesPathOf, rulesText } from './slos/rules-file.ts';
import { sloth } from './tools/sloth/recipe.ts';

const usage = `usage: npm run slos [-- FILE...]

Makes Prometheus rules of SLOs in the form of sloth (prometheus/v1). The rules of DIR/slos/NAME.yaml are written to
DIR/prometheus/rules/slo-NAME.yml. Without FILE: the project's own SLOs. sloth is built if it is missing.

  --help

Exit code: 0 done, 2 bad input, 3 sloth could not be built, 130 interrupted.
`;

const own = fileURLToPath(new URL('../stacks/config-slo/slos/shop.yaml', import.meta.url));
const { env, stdout, stderr } = process;

interface Arguments {
  readonly files: readonly string[];
  readonly help: boolean;
}

/** @throws FiredrillError `bad-input` with every error of the command line. */
function readArguments(args: readonly string[]): Arguments {
  const line = readOptions(
    args,
    { help: { type: 'boolean', short: 'h' } },
    { help: 'npm run slos -- --help' },
  );
  line.check();
  const files = line.words.map((file) => resolve(file));
  return { files: files.length > 0 ? files : [own], help: line.has('help') };
}

/** @throws FiredrillError `bad-input` with every fault of a file. */
async function check(file: string): Promise<void> {
  const shown = shownPath(file);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw badInput({ where: shown, message: unreadable(error) });
  });
  readSloFile(file, text, new Place(shown, text));
}

/** @returns the path of sloth, which is built if it is missing. */
async function buildSloth(signal: AbortSignal): Promise<string> {
  const renderer = progressRenderer(stderr);
  try {
    const options = { cacheDir: cacheDirOf(env), env, signal, progress: renderer.show };
    return (await ensureFrom([sloth], ['sloth'], options)).path('sloth');
  } finally {
    renderer.end();
  }
}

async function main({ files }: Arguments): Promise<number> {
  const signal = untilInterrupted();
  const problems = new Problems();
  for (const file of files) {
    problems.read(() => rulesPathOf(file));
    await problems.readSoon(check(file));
  }
  problems.refuse();
  const binary = await buildSloth(signal);
  for (const file of files) {
    const made = await execa(binary, ['generate', '--no-log', '--input', file], {
      reject: false,
      cancelSignal: signal,
    });
    if (signal.aborted) return exitCodes.interrupted;
    if (made.failed) {
      const why = /^error: (.*)/ms.exec(made.stderr)?.[1] ?? made.stderr;
      throw badInput({ where: shownPath(file), message: `sloth refuses it: ${why.trim()}` });
    }
    const path = rulesPathOf(file);
    await makeFolder(dirname(path));
    await writeFile(path, rulesText(file, made.stdout));
    stdout.write(`${shownPath(file)} → ${shownPath(path)}\n`);
  }
  return exitCodes.held;
}

await runScript({ usage, read: readArguments, main });
