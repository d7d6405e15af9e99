import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { DrillRecord } from '../../core/record.ts';
import { sampleRecord } from '../../reports/testing/sample-record.ts';
import { writeReports } from '../../reports/write.ts';
import { readBack } from './read-back.ts';

describe('readBack', () => {
  let directory = '';
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'read-back-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('accepts a record as it was written', async () => {
    expect(await writeReports(sampleRecord('held'), directory)).to.deep.equal([]);
    expect(await readBack(directory)).to.deep.equal([]);
  });

  it('names every place where the record is invalid', async () => {
    const record: DrillRecord = structuredClone(sampleRecord('held'));
    const spoilt = {
      ...record,
      outcome: '[redacted]',
      pages: [{ ...record.pages[0], status: '[redacted]' }],
    };
    await writeFile(join(directory, 'record.json'), JSON.stringify(spoilt));
    const problems = await readBack(directory);
    expect(problems.map(({ where }) => where.replace(/^.*record\.json: /, ''))).to.have.members([
      'pages[0].status',
      'outcome',
    ]);
  });

  it('reports a truncated record, and a missing one', async () => {
    await writeFile(join(directory, 'record.json'), '{ "version": 3');
    expect((await readBack(directory))[0]?.message).to.match(/^is no JSON/);
    await rm(join(directory, 'record.json'));
    expect((await readBack(directory))[0]?.message).to.match(/ENOENT/);
  });
});
