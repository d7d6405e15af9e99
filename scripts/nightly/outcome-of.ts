import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { exitCodes, messageOf } from '../../core/errors.ts';
import { type DrillRecord, recordSchema } from '../../core/record.ts';
import type { Command } from './commands.ts';
import type { Outcome } from './outcomes.ts';
import { runCommand } from './run-command.ts';

export interface NightlyOptions {
  readonly project: string;
  /** Folder for logs and runs. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Prints a line of progress. */
  readonly print: (line: string) => void;
}

/** Number of lines at the end of a log that are kept. */
const tailLines = 15;

/** Runs one command to its end. Never throws: an error becomes the outcome `broken`. */
export async function outcomeOf(command: Command, options: NightlyOptions): Promise<Outcome> {
  const { name, slug, kind, args } = command;
  const { project, folder, signal, print } = options;
  const log = join(folder, `${slug}.log`);
  const shown = relative(project, log);
  const runs = join(folder, 'runs', slug);
  const startedAt = performance.now();
  print(`${name} … its output: ${shown}`);
  const broke = (error: unknown) => {
    print(`${name}: ${messageOf(error)}`);
    return exitCodes.broken;
  };
  const ran = await runCommand(kind === 'drills' ? [...args, '--runs', runs] : args, {
    cwd: project,
    log,
    signal,
  }).catch((error: unknown) => (signal.aborted ? exitCodes.interrupted : broke(error)));
  const tookMs = performance.now() - startedAt;
  const tail = await tailOf(log);
  if (kind === 'tests') {
    return { name, exitCode: ran, tookMs, log: shown, held: tail.at(-1) ?? '', records: [], tail };
  }
  try {
    const records = await recordsIn(runs);
    const held = `${records.filter(({ outcome }) => outcome === 'pass').length} of ${records.length}`;
    const nothing = ran === exitCodes.held && records.length === 0;
    const exitCode = nothing ? broke(new Error('wrote no record')) : ran;
    return { name, exitCode, tookMs, log: shown, held, records, tail };
  } catch (error) {
    return { name, exitCode: broke(error), tookMs, log: shown, held: '–', records: [], tail };
  }
}

const tailOf = async (log: string): Promise<string[]> => {
  const text = await readFile(log, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-tailLines);
};

/** The records of a command's runs. Runs without a record are left out. */
async function recordsIn(runs: string): Promise<DrillRecord[]> {
  const entries = await readdir(runs, { withFileTypes: true }).catch(() => []);
  // `latest` is a link.
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const texts = await Promise.all(
    names.sort().map((name) => readFile(join(runs, name, 'record.json'), 'utf8').catch(() => undefined)),
  );
  return texts.flatMap((text) => (text === undefined ? [] : [recordSchema.parse(JSON.parse(text))]));
}
