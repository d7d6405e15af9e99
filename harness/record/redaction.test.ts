import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { recordSchema } from '../../core/record.ts';
import { sampleRecord } from '../../reports/testing/sample-record.ts';
import { Redaction } from './redaction.ts';

const redaction = new Redaction();
redaction.learn(['s3cret-and-more', 's3cret']);

describe('redaction', () => {
  it('hides secrets in the texts of plain data, and changes nothing else', () => {
    const record = { problems: [{ message: 'a s3cret, s3cret-and-more' }], at: 1, load: undefined, ok: null };
    expect(redaction.hide(record)).to.deep.equal({
      ...record,
      problems: [{ message: 'a [redacted], [redacted]' }],
    });
    expect(record.problems[0]?.message).to.include('s3cret');
  });

  it("does not change the record's own vocabulary, even if a secret is the same word", () => {
    const words = new Redaction();
    words.learn(['CheckoutErrorRateHigh', 'prometheus', 'storefront', 'payments', 'firing']);
    const schema = recordSchema.strict();
    const record = sampleRecord('held');
    expect(JSON.stringify(record)).to.include('"team":"payments"');
    const hidden = words.hide(record);
    expect(schema.safeParse(hidden).error).to.equal(undefined);
    expect(hidden.pages.map(({ labels, alert, status }) => [labels, alert, status])).to.deep.equal(
      record.pages.map(({ labels, alert, status }) => [labels, alert, status]),
    );
    expect(hidden.scenario).to.deep.equal(record.scenario);
    expect(hidden.stack).to.deep.equal(record.stack);
    expect(hidden.versions).to.deep.equal(record.versions);
    expect(hidden.evidence?.alerts.map(({ rule }) => rule)).to.deep.equal(
      record.evidence?.alerts.map(({ rule }) => rule),
    );
  });

  it('hides a secret word in texts of components, but not as a part of another word', () => {
    const words = new Redaction();
    words.learn(['payments', 'correct-horse']);
    expect(words.hide({ message: 'password payments refused by failed-payments, repayments' })).to.deep.equal(
      {
        message: 'password [redacted] refused by failed-[redacted], repayments',
      },
    );
    const line = { proofs: [{ lines: [{ labels: { url: 'http://me:correct-horse@x' } }] }] };
    expect(JSON.stringify(words.hide(line))).to.include('http://me:[redacted]@x');
  });

  it('hides machine-made secrets also in labels, and in every delivery', () => {
    const tokens = new Redaction();
    tokens.learn(['kqzvwpmnbtrlsdhg']);
    expect(
      tokens.hide({
        labels: { link: '/hooks/kqzvwpmnbtrlsdhg' },
        path: '/hooks/kqzvwpmnbtrlsdhg?team=payments',
      }),
    ).to.deep.equal({ labels: { link: '/hooks/[redacted]' }, path: '/hooks/[redacted]?team=payments' });
  });

  it('hides secrets in files', async () => {
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
