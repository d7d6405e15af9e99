import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Redaction } from './redaction.ts';

const redaction = new Redaction();
redaction.learn(['s3cret-and-more', 's3cret']);

describe('redaction', () => {
  it('hides secrets in the texts of plain data, and leaves everything else', () => {
    const record = { problems: [{ message: 'a s3cret, s3cret-and-more' }], at: 1, load: undefined, ok: null };
    expect(redaction.hide(record)).to.deep.equal({
      ...record,
      problems: [{ message: 'a [redacted], [redacted]' }],
    });
    expect(record.problems[0]?.message).to.include('s3cret');
  });

  it('hides them in files', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'redaction-'));
    try {
      await mkdir(join(directory, 'logs'));
      const log = join(directory, 'logs', 'grafana.log');
      await writeFile(log, 'Post "https://api.telegram.org/bots3cret/sendMessage": EOF\n');
      await redaction.hideInFiles(directory);
      expect(await readFile(log, 'utf8')).to.equal(
        'Post "https://api.telegram.org/bot[redacted]/sendMessage": EOF\n',
      );
      await redaction.hideInFiles(join(directory, 'nowhere'));
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
