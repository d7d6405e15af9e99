import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Cause } from '../assertions/causes/case.ts';
import { judge } from '../assertions/judge.ts';
import { type DrillRecord, recordSchema, type Verdict } from '../core/record.ts';
import { differences } from './testing/stored-differences.ts';
import { judgedToday, madeRecords, realRecords } from './testing/stored-records.ts';
import { changesOf, reportsOf, storedReports } from './testing/stored-reports.ts';

/** The parts of a verdict that may change only for a stated reason. */
const essence = ({ outcome, autopsy }: Verdict): string =>
  autopsy ? `${outcome} (${autopsy.hop}: ${autopsy.cause})` : outcome;

/*
 * Records of real drills with the verdicts of that time, of sound configurations and of configurations with a known
 * defect. The judge must give the same verdicts today, or different ones for a stated reason.
 */
describe('the verdicts of stored records', () => {
  let records: Map<string, DrillRecord>;
  before(async () => {
    records = await realRecords();
  });

  it('are unchanged, or differ for a stated reason', () => {
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

/*
 * From evidence to every report: stored records of all outcomes and causes, judged and rendered today. A change that is
 * intended is stored by `node harness/testing/store-reports.ts`, which shows what changed.
 */
describe('the reports of stored records', () => {
  it('are unchanged on the console, in JUnit, Markdown and HTML', async () => {
    const changes = changesOf(await storedReports(), await judgedToday());
    if (changes.length > 0) {
      expect.fail(`${changes.join('\n\n')}\n\nif this is meant: node harness/testing/store-reports.ts`);
    }
  });

  it('show a reworded cause once, with all places', async () => {
    const records = await judgedToday();
    const before = Object.fromEntries([...records].map(([name, record]) => [name, reportsOf(record)]));
    const cause = records.get('traffic-guard')?.verdicts[0]?.autopsy?.cause ?? '';
    const reworded = [...records].map(([name, record]) => {
      const text = JSON.stringify(record).replaceAll(cause, 'something else');
      return [name, recordSchema.parse(JSON.parse(text))] as const;
    });
    const changes = changesOf(before, new Map(reworded));
    expect(changes).to.include(
      [
        'threshold-out-of-reach: console, traffic-guard: console',
        `  -   failed at “expression true”: ${cause}`,
        '  +   failed at “expression true”: something else',
      ].join('\n'),
    );
    for (const report of ['junit.xml', 'summary.md', 'report.html']) {
      expect(changes.join('\n')).to.contain(`traffic-guard: ${report}`);
    }
  });

  it('are of every outcome', async () => {
    const outcomes = [...(await judgedToday()).values()].map(({ outcome }) => outcome);
    expect(outcomes).to.include.members([...recordSchema.shape.outcome.options]);
  });

  it('are of every cause that an autopsy can find', async () => {
    const folder = fileURLToPath(new URL('../assertions/causes', import.meta.url));
    const unseen = new Set<string>();
    const restore: (() => void)[] = [];
    for await (const file of glob('*.ts', { cwd: folder, exclude: ['*.test.ts'] })) {
      const exports: Record<string, unknown> = await import(join(folder, file));
      for (const [name, cause] of Object.entries(exports)) {
        if (!isCause(cause)) continue;
        unseen.add(name);
        const { evidence } = cause;
        restore.push(() => Object.assign(cause, { evidence }));
        Object.assign(cause, {
          evidence(of: Parameters<typeof evidence>[0]) {
            const lines = evidence(of);
            if (lines && lines.length > 0) unseen.delete(name);
            return lines;
          },
        });
      }
    }
    for (const record of [...(await realRecords()).values(), ...(await madeRecords()).values()])
      judge(record);
    for (const one of restore) one();
    expect([...unseen]).to.deep.equal([]);
  });
});

const isCause = (value: unknown): value is Cause =>
  typeof value === 'object' && value !== null && 'hop' in value && 'cause' in value && 'evidence' in value;
