import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { readRecord } from './json.ts';
import { sampleRecord } from './testing/sample-record.ts';
import { renderers, writeReports } from './write.ts';

describe('writeReports', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'reports-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('writes every report, and nothing else, into a directory that need not exist', async () => {
    const inner = join(directory, 'a', 'b');
    expect(await writeReports(sampleRecord(), inner)).to.deep.equal([]);
    expect(await readdir(inner)).to.have.members(['record.json', 'junit.xml', 'summary.md', 'report.html']);
    expect(readRecord(await readFile(join(inner, 'record.json'), 'utf8'))).to.deep.equal(sampleRecord());
    expect(renderers[0]?.[0]).to.equal('record.json');
  });

  it('loses no report because another cannot be made, and says which', async () => {
    const fails = () => {
      throw new Error('no ink');
    };
    const failed = await writeReports(sampleRecord(), directory, [
      ['bad.xml', fails],
      ['good.md', () => 'text'],
    ]);
    expect(failed).to.deep.equal([{ file: 'bad.xml', message: 'no ink' }]);
    expect(await readdir(directory)).to.deep.equal(['good.md']);
  });

  it('returns what cannot be written rather than throwing', async () => {
    await writeFile(join(directory, 'file'), '');
    const failed = await writeReports(sampleRecord(), join(directory, 'file'));
    expect(failed.map((f) => f.file)).to.deep.equal(renderers.map(([file]) => file));
  });
});
