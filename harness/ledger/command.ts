/*
 * `firedrill ledger`: says of every alert whether drills have proven that it pages, by the drill lines of this folder and
 * the files of today.
 */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import picocolors from 'picocolors';
import { badInput, exitCodes } from '../../core/errors.ts';
import { exists } from '../../core/exists.ts';
import { unreadable } from '../../core/file-errors.ts';
import { type Ledger, type LedgerState, shareProven } from '../../core/ledger.ts';
import { readOptions } from '../../core/options.ts';
import { Problems } from '../../core/problems.ts';
import { shownPath } from '../../core/shown-path.ts';
import { ledgerText } from '../../reports/ledger/console.ts';
import { renderLedger } from '../../reports/ledger/page.ts';
import { ledgerFileOf, project } from '../command/session.ts';
import { readSystemFile, systemFileFor } from '../command/system-file.ts';
import { wantsColour } from '../command/wants-colour.ts';
import { systemNameOf } from '../stack/placement.ts';
import { ledgerOf } from './ledger.ts';
import { readDrillLines } from './read-lines.ts';
import { readTodaysFiles } from './todays-files.ts';

const usage = `usage: firedrill ledger [FILE...] [--config DIR] [--json] [--html FILE]

Says of every alerting rule whether drills have proven that it pages: proven, stale (it held, and something that it
depends on has changed since), failed, or never drilled. The rules are those of the system of this folder (the nearest
firedrill.yaml), or of firedrill's own shop. FILE is a file of drill lines, as firedrill run writes them (default
.firedrill/ledger.jsonl); several are read as one.

  --config DIR   your rules, routes and so on, laid over those of the shop
  --json         print the ledger as JSON
  --html FILE    write it as a page too
  --help

Exit code: 0, whatever is proven; 2 bad input.
`;

export const options = {
  config: { type: 'string' },
  json: { type: 'boolean' },
  html: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

export interface LedgerRequest {
  /** Files of drill lines. Default: that of this folder, if there is one. */
  readonly files?: readonly string[];
  /** The user's files laid over those of the shop. */
  readonly overlay?: string;
}

/**
 * Computes the ledger of the system of the current folder.
 *
 * @throws FiredrillError `bad-input` with every file that cannot be used.
 */
export async function currentLedger({ files = [], overlay }: LedgerRequest): Promise<Ledger> {
  const problems = new Problems();
  const file = await problems.readSoon(systemFileFor('firedrill.yaml'));
  const system = file === undefined ? undefined : await problems.readSoon(readSystemFile(file));
  if (file !== undefined && overlay !== undefined) {
    const message = `the monitoring of ${shownPath(file)} is beside it`;
    problems.add({ where: '--config', message, hint: 'leave it out' });
  }
  const usual = ledgerFileOf({});
  const given = files.length > 0 ? files : (await exists(usual)) ? [usual] : [];
  const lines = await problems.readSoon(readDrillLines(given));
  problems.refuse();
  const todays = await readTodaysFiles(
    system,
    overlay === undefined ? undefined : resolve(overlay),
    project,
    problems,
  );
  problems.refuse();
  return ledgerOf(systemNameOf(system ? { system } : {}), lines ?? [], todays, Date.now());
}

/** @returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const line = readOptions(args, options, { help: 'firedrill ledger --help' });
  line.check();
  const { stdout } = process;
  if (line.has('help')) {
    stdout.write(usage);
    return exitCodes.held;
  }
  const overlay = line.text('config');
  const ledger = await currentLedger({ files: line.words, ...(overlay === undefined ? {} : { overlay }) });
  const page = line.text('html');
  if (page !== undefined) {
    await writeFile(page, renderLedger(ledger)).catch((error: unknown) => {
      throw badInput({ where: `--html ${page}`, message: unreadable(error) });
    });
  }
  const colours = picocolors.createColors(wantsColour(stdout, process.env));
  const paints: Readonly<Record<LedgerState, (text: string) => string>> = {
    failed: colours.red,
    stale: colours.yellow,
    'never drilled': colours.dim,
    proven: colours.green,
  };
  stdout.write(
    line.has('json')
      ? `${JSON.stringify({ ...ledger, shareProven: shareProven(ledger) ?? null })}\n`
      : ledgerText(ledger, stdout.columns || 160, (state, text) => paints[state](text)),
  );
  return exitCodes.held;
}
