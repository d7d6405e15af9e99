import { readdir, readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { judge } from '../assertions/judge.ts';
import type { DrillRecord, Verdict } from '../core/record.ts';
import { readRecord } from '../reports/json.ts';
import { differences } from './testing/stored-differences.ts';

const folder = new URL('testing/stored/', import.meta.url);

/** What may not change of a verdict without a reason. */
const essence = ({ outcome, autopsy }: Verdict): string =>
  autopsy ? `${outcome} (${autopsy.hop}: ${autopsy.cause})` : outcome;

async function storedRecords(): Promise<Map<string, DrillRecord>> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json.gz')).sort();
  const read = names.map(async (name) => {
    const text = gunzipSync(await readFile(new URL(name, folder))).toString('utf8');
    return [name.replace('.json.gz', ''), readRecord(text, name)] as const;
  });
  return new Map(await Promise.all(read));
}

/*
 * Records of real drills, with the verdicts of their time: sound configurations, and configurations with a known
 * defect. What the judge says of them today is the same, or differs for a reason that is given.
 */
describe('the verdicts of stored records', () => {
  let records: Map<string, DrillRecord>;
  before(async () => {
    records = await storedRecords();
  });

  it('are what they were, or differ for a reason', () => {
    const found: Record<string, { was: string; is: string }> = {};
    for (const [name, record] of records) {
      const now = new Map(judge(record).verdicts.map((verdict) => [verdict.id, essence(verdict)]));
      expect([...now.keys()], name).to.deep.equal(record.verdicts.map(({ id }) => id));
      for (const verdict of record.verdicts) {
        const [was, is] = [essence(verdict), now.get(verdict.id) ?? 'gone'];
        if (was !== is) found[`${name}: ${verdict.id}`] = { was, is };
      }
    }
    const expected = Object.fromEntries(
      Object.entries(differences).map(([place, { was, is }]) => [place, { was, is }]),
    );
    expect(found).to.deep.equal(expected);
  });

  it('are at least two hundred', () => {
    const count = [...records.values()].reduce((sum, { verdicts }) => sum + verdicts.length, 0);
    expect(count).to.be.at.least(200);
  });
});
