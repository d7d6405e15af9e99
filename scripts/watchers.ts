/*
 * `npm run watchers`: writes what the newest drills of the scenarios that break the monitoring have measured into
 * docs/watchers.md.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { badInput, exitCodes, tryRead } from '../core/errors.ts';
import { readOptions } from '../core/options.ts';
import type { DrillRecord } from '../core/record.ts';
import { readRecord } from '../reports/json.ts';
import { scenarios } from '../scenarios/index.ts';
import { runScript } from './run-script.ts';
import { breaksMonitoring, watchersTable, withTable } from './watchers/table.ts';

const usage = `usage: npm run watchers

Writes the measurements of the newest drills of the scenarios that break a part of the monitoring into docs/watchers.md.
Run these drills before: npm run scenario ${scenarios
  .filter(breaksMonitoring)
  .map(({ name }) => name)
  .join(' ')}

  --help

Exit code: 0 done, 2 a scenario has no record.
`;

const project = fileURLToPath(new URL('..', import.meta.url));
const page = join(project, 'docs', 'watchers.md');
const runs = join(project, '.firedrill', 'runs');

interface Arguments {
  readonly help: boolean;
}

function readArguments(args: readonly string[]): Arguments {
  const line = readOptions(
    args,
    { help: { type: 'boolean', short: 'h' } },
    { help: 'npm run watchers -- --help' },
  );
  line.check();
  return { help: line.has('help') };
}

/** The newest judged record of a scenario that came to its fault; names of runs begin with their time. */
async function newestRecord(name: string, all: readonly string[]): Promise<DrillRecord | undefined> {
  const own = all.filter((id) => new RegExp(`^\\d{8}T\\d{6}-${name}-[0-9a-f]+$`).test(id)).toSorted();
  for (const id of own.toReversed()) {
    const file = join(runs, id, 'record.json');
    const text = await readFile(file, 'utf8').catch(() => undefined);
    const record = text === undefined ? undefined : tryRead(() => readRecord(text, file));
    if (record?.faultWindow && (record.outcome === 'pass' || record.outcome === 'fail')) return record;
  }
  return undefined;
}

async function main(): Promise<number> {
  const all = await readdir(runs).catch(() => []);
  const records: DrillRecord[] = [];
  const missing: string[] = [];
  for (const { name } of scenarios.filter(breaksMonitoring)) {
    const record = await newestRecord(name, all);
    if (record) records.push(record);
    else missing.push(name);
  }
  if (missing.length > 0) {
    throw badInput({
      where: runs,
      message: `there is no judged drill of ${missing.join(', ')}`,
      hint: `npm run scenario ${missing.join(' ')}`,
    });
  }
  await writeFile(page, withTable(await readFile(page, 'utf8'), watchersTable(records)));
  return exitCodes.held;
}

await runScript({ usage, read: readArguments, main });
