import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { problemsOfPromise } from '../../core/testing/problems-of.ts';
import { appendDrillLines, drillLinesText } from './append-lines.ts';
import { parseDrillLines, readDrillLines } from './read-lines.ts';
import { lineWith } from './testing/lines.ts';

describe('files of drill lines', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lines-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('give back what was appended, by several writers at once too', async () => {
    const file = join(folder, 'new', 'ledger.jsonl');
    const lines = Array.from({ length: 20 }, (_, i) => lineWith({ run: `run-${i}`, at: i }));
    await Promise.all(lines.map((line) => appendDrillLines(file, [line])));
    expect(await readDrillLines([file])).to.deep.equal(lines);
  });

  it('are merged by writing one after the other: the oldest first, each run once, its last line', async () => {
    const [a, b] = [join(folder, 'a.jsonl'), join(folder, 'b.jsonl')];
    await appendDrillLines(a, [lineWith({ run: '2', at: 2 }), lineWith({ run: '1', at: 1 })]);
    await appendDrillLines(b, [
      lineWith({ run: '2', at: 2, outcome: 'broken' }),
      lineWith({ run: '3', at: 3 }),
    ]);
    const merged = await readDrillLines([a, b]);
    expect(merged.map(({ run, outcome }) => [run, outcome])).to.deep.equal([
      ['1', 'pass'],
      ['2', 'broken'],
      ['3', 'pass'],
    ]);
    const text = (await readFile(a, 'utf8')) + (await readFile(b, 'utf8'));
    expect(parseDrillLines(`\n${text}\n\n`, 'both')).to.deep.equal(merged);
  });

  it('are refused with every bad line of every file, and the line', async () => {
    const file = join(folder, 'bad.jsonl');
    const good = drillLinesText([lineWith()]).trim();
    const { scenario: _, ...without } = lineWith();
    const other = JSON.stringify({ ...lineWith(), version: 2 });
    const wrong = JSON.stringify({ ...without, at: 'yesterday' });
    await writeFile(file, [good, '<<<<<<< HEAD s3cret', other, '[]', wrong, good.slice(0, 40)].join('\n'));
    const problems = await problemsOfPromise(readDrillLines([file, join(folder, 'none.jsonl')]));
    expect(problems.map(({ where }) => where.replace(folder, ''))).to.deep.equal([
      '/bad.jsonl:2',
      '/bad.jsonl:3: version',
      '/bad.jsonl:4: version',
      '/bad.jsonl:5: at',
      '/bad.jsonl:5: scenario',
      '/bad.jsonl:6',
      '/none.jsonl',
    ]);
    expect(problems[1]?.message).to.equal('expected a drill line of version 1, found 2');
    expect(JSON.stringify(problems)).not.to.include('s3cret');
  });

  it('keep the next line whole after a write that was cut off', async () => {
    const file = join(folder, 'cut.jsonl');
    await writeFile(file, drillLinesText([lineWith()]));
    await appendFile(file, '{"version":1,"ru');
    await appendDrillLines(file, [lineWith({ run: 'next' })]);
    const problems = await problemsOfPromise(readDrillLines([file]));
    expect(problems.map(({ where }) => where.split(':').at(-1))).to.deep.equal(['2']);
  });

  it('cannot be written where there can be no file', async () => {
    const problems = await problemsOfPromise(appendDrillLines(folder, []));
    expect(problems).to.deep.include.members([
      { where: folder, message: 'drill lines cannot be written there: is a folder; expected a file' },
    ]);
  });
});
