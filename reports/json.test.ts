import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { FiredrillError } from '../core/errors.ts';
import type { DrillRecord } from '../core/record.ts';
import { readRecord, renderJson } from './json.ts';
import { recordSchemaFile, renderRecordSchema } from './schema.ts';
import { sampleKinds } from './testing/basics.ts';
import { monthlyRentRecord } from './testing/monthly-rent/record.ts';
import { sampleRecord } from './testing/sample-record.ts';

const problemsOf = (text: string) => {
  try {
    readRecord(text, 'a.json');
  } catch (error) {
    if (error instanceof FiredrillError) return { kind: error.kind, problems: error.problems };
  }
  throw new Error('the record was read');
};

describe('record.json', () => {
  for (const kind of sampleKinds) {
    it(`reads back the record of a drill that ended as ${kind}`, () => {
      expect(readRecord(renderJson(sampleRecord(kind)))).to.deep.equal(sampleRecord(kind));
    });
  }

  it('reads back the record of a drill on the full stack', () => {
    expect(readRecord(renderJson(monthlyRentRecord()))).to.deep.equal(monthlyRentRecord());
  });

  it('does not depend on the order in which the record was put together', () => {
    const shuffled = Object.fromEntries(Object.entries(sampleRecord()).reverse()) as DrillRecord;
    expect(renderJson(shuffled)).to.equal(renderJson(sampleRecord()));
  });

  it('is written even for a record that its schema refuses', () => {
    expect(renderJson({ ...sampleRecord(), startedAt: Number.NaN })).to.contain('"startedAt": null');
  });

  it('says what is wrong with what is no record, every place at once', () => {
    const damaged = { ...sampleRecord(), id: 1, outcome: 'good' };
    const { kind, problems } = problemsOf(JSON.stringify(damaged));
    expect(kind).to.equal('bad-input');
    expect(problems.map((p) => p.where)).to.have.members(['a.json: id', 'a.json: outcome']);
  });

  it('names the version it cannot read before anything else', () => {
    const { problems } = problemsOf('{"version": 99}');
    expect(problems).to.have.length(1);
    expect(problems[0]?.message).to.contain('found 99');
  });

  it('refuses what is not JSON, or JSON but no object', () => {
    expect(problemsOf('{').problems[0]?.message).to.contain('is no JSON');
    expect(problemsOf('null').problems[0]?.message).to.contain('found none');
  });
});

describe('record.schema.json', () => {
  const validator = async () =>
    new Ajv2020({ strict: false }).compile(JSON.parse(await readFile(recordSchemaFile, 'utf8')));

  it('is what `node reports/schema.ts` makes of the schema in code', async () => {
    expect(await readFile(recordSchemaFile, 'utf8')).to.equal(renderRecordSchema());
  });

  for (const kind of sampleKinds) {
    it(`accepts the record of a drill that ended as ${kind}`, async () => {
      const validate = await validator();
      expect(validate(JSON.parse(renderJson(sampleRecord(kind)))), JSON.stringify(validate.errors)).to.equal(
        true,
      );
    });
  }

  it('accepts the record of a drill on the full stack', async () => {
    const validate = await validator();
    const valid = validate(JSON.parse(renderJson(monthlyRentRecord())));
    expect(valid, JSON.stringify(validate.errors)).to.equal(true);
  });

  it('refuses a damaged record', async () => {
    const validate = await validator();
    const { verdicts: _, ...without } = sampleRecord();
    expect(validate(without)).to.equal(false);
    expect(validate({ ...sampleRecord(), version: 99 })).to.equal(false);
    expect(validate({ ...sampleRecord(), surprise: true })).to.equal(false);
  });
});
