import { readdir, readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { judge } from '../../assertions/judge.ts';
import type { DrillRecord } from '../../core/record.ts';
import { readRecord } from '../../reports/json.ts';

const folder = new URL('stored/', import.meta.url);

export const unzipped = async (file: URL): Promise<string> =>
  gunzipSync(await readFile(file)).toString('utf8');

/** Records of real drills by name, with the verdicts of that time. */
export async function realRecords(): Promise<Map<string, DrillRecord>> {
  const names = (await readdir(folder)).sort();
  const read = names.map(
    async (name) =>
      [name.replace('.json.gz', ''), readRecord(await unzipped(new URL(name, folder)), name)] as const,
  );
  return new Map(await Promise.all(read));
}

/**
 * Made-up records by name, for outcomes and causes that no stored drill has. Records named after a cause, and those of
 * notifications, escalations and suppressed alerts, come from the unit tests of `assertions/`, `sample-…` from `reports/`. `interrupted-while-awaiting-pages` is the real record
 * full-checkout-errors, cut off in that phase; `not-torn-down` is metric-misspelt with a component that was left running.
 */
export async function madeRecords(): Promise<Map<string, DrillRecord>> {
  const file = new URL('made-records.json.gz', import.meta.url);
  const made: Record<string, unknown> = JSON.parse(await unzipped(file));
  return new Map(
    Object.entries(made).map(([name, record]) => [name, readRecord(JSON.stringify(record), name)]),
  );
}

/** Real and made-up records with today's verdicts. */
export async function judgedToday(): Promise<Map<string, DrillRecord>> {
  const records = [...(await realRecords()), ...(await madeRecords())];
  return new Map(records.map(([name, record]) => [name, { ...record, ...judge(record) }]));
}
