import { readdir, readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { judge } from '../../assertions/judge.ts';
import type { DrillRecord } from '../../core/record.ts';
import { readRecord } from '../../reports/json.ts';

const folder = new URL('stored/', import.meta.url);

export const unzipped = async (file: URL): Promise<string> =>
  gunzipSync(await readFile(file)).toString('utf8');

/** Records of real drills, by name, with the verdicts of their time. */
export async function realRecords(): Promise<Map<string, DrillRecord>> {
  const names = (await readdir(folder)).sort();
  const read = names.map(
    async (name) =>
      [name.replace('.json.gz', ''), readRecord(await unzipped(new URL(name, folder)), name)] as const,
  );
  return new Map(await Promise.all(read));
}

/**
 * Records of what no stored drill has shown, by name. Those of a cause are records that unit tests of `assertions/` make;
 * `sample-…` are samples of `reports/`; `interrupted-while-awaiting-pages` is the real record full-checkout-errors, cut in
 * that phase; `not-torn-down` is metric-misspelt with a component that was left running.
 */
export async function madeRecords(): Promise<Map<string, DrillRecord>> {
  const file = new URL('made-records.json.gz', import.meta.url);
  const made: Record<string, unknown> = JSON.parse(await unzipped(file));
  return new Map(
    Object.entries(made).map(([name, record]) => [name, readRecord(JSON.stringify(record), name)]),
  );
}

/** Both, judged as they are judged today. */
export async function judgedToday(): Promise<Map<string, DrillRecord>> {
  const records = [...(await realRecords()), ...(await madeRecords())];
  return new Map(records.map(([name, record]) => [name, { ...record, ...judge(record) }]));
}
