/* Stores the current reports of the stored records, and prints what changed: `node harness/testing/store-reports.ts`. */
import { writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { judgedToday } from './stored-records.ts';
import { changesOf, reportsFile, reportsOf, storedReports } from './stored-reports.ts';

const records = await judgedToday();
const changes = changesOf(await storedReports().catch(() => ({})), records);
if (changes.length > 0) {
  const reports = Object.fromEntries([...records].map(([name, record]) => [name, reportsOf(record)]));
  await writeFile(reportsFile, gzipSync(JSON.stringify(reports), { level: 9 }));
}
console.log([...changes, changes.length > 0 ? 'stored' : 'nothing changed'].join('\n\n'));
