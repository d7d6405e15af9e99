import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { parse } from 'yaml';
import { within } from '../../core/path.ts';
import { parseStaging } from '../../core/staging.ts';
import { scenarios } from '../../scenarios/index.ts';
import { renderSchemas } from './schemas.ts';

const example = new URL('../../examples/hello/', import.meta.url);
const read = async (path: string): Promise<unknown> => parse(await readFile(new URL(path, example), 'utf8'));

describe('the schemas of the files that users write', () => {
  const [system, scenario, staging] = renderSchemas().map(({ text }) =>
    new Ajv2020({ strict: false, validateFormats: false }).compile(JSON.parse(text)),
  );

  it('are those in docs/schemas', async () => {
    for (const { file, text } of renderSchemas()) expect(await readFile(file, 'utf8')).to.equal(text);
  });

  it('accept the example and the scenarios', async () => {
    expect(system?.(await read('firedrill.yaml')), JSON.stringify(system?.errors)).to.equal(true);
    for (const name of ['web-down', 'stock-fails', 'stock-cut-off'])
      expect(scenario?.(await read(`scenarios/${name}.yaml`)), name).to.equal(true);
    for (const one of scenarios) expect(scenario?.(JSON.parse(JSON.stringify(one))), one.name).to.equal(true);
  });

  it('accept the staging of the documentation', async () => {
    const page = await readFile(new URL('../../docs/staging.md', import.meta.url), 'utf8');
    const [, text = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    expect(staging?.(parse(text)), JSON.stringify(staging?.errors)).to.equal(true);
    expect(staging?.({ ...parse(text), host: [] })).to.equal(false);
    expect(parseStaging(parse(text), within('staging.yaml')).abort?.every).to.equal('5s');
  });

  it('refuse a misspelt key', async () => {
    expect(system?.({ ...((await read('firedrill.yaml')) as object), service: {} })).to.equal(false);
    expect(scenario?.({ ...((await read('scenarios/web-down.yaml')) as object), expects: [] })).to.equal(
      false,
    );
  });
});
