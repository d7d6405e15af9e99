import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { stringify } from 'yaml';
import { Problems } from '../../core/problems.ts';
import { checkoutErrors } from '../../scenarios/checkout-errors.ts';
import { findScenario } from './scenario-file.ts';

describe('a scenario on the command line', () => {
  let directory = '';
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'scenario-file-'));
  });
  after(() => rm(directory, { recursive: true }));

  const find = async (nameOrFile: string) => {
    const problems = new Problems();
    const found = await findScenario(nameOrFile, problems);
    const told = problems.all.map(({ where, message, hint }) => [
      where.replace(`${directory}/`, ''),
      message,
      ...(hint ? [hint] : []),
    ]);
    return { found, told };
  };
  const written = async (name: string, text: string) => {
    await writeFile(join(directory, name), text);
    return await find(join(directory, name));
  };

  it('is one of the project by its name, with its file', async () => {
    const { found, told } = await find('checkout-errors');
    expect(told).to.deep.equal([]);
    expect(found?.scenario.name).to.equal('checkout-errors');
    expect(found?.whereOf(['expectations', 0])).to.equal('scenarios/checkout-errors.ts: expectations[0]');
  });

  it('is told with the one that was meant, and without a guess where none is near', async () => {
    const lists = 'firedrill list lists them; a path (./mine.ts) runs your own';
    expect((await find('checkout-erors')).told).to.deep.equal([
      ['checkout-erors', 'there is no such scenario', `did you mean checkout-errors? ${lists}`],
    ]);
    expect((await find('nope')).told).to.deep.equal([['nope', 'there is no such scenario', lists]]);
  });

  it('is a file of YAML, JSON or TypeScript', async () => {
    const json = JSON.stringify(checkoutErrors);
    for (const [name, text] of [
      ['a.yaml', stringify(checkoutErrors)],
      ['a.yml', stringify(checkoutErrors)],
      ['a.json', json],
      ['a.ts', `const scenario: unknown = ${json};\nexport default scenario;\n`],
    ] as const) {
      const { found, told } = await written(name, text);
      expect(told, name).to.deep.equal([]);
      expect(found?.scenario.name, name).to.equal('checkout-errors');
    }
  });

  it('tells of every place its line, in YAML and JSON', async () => {
    const { found } = await written('b.yaml', stringify(checkoutErrors));
    expect(found?.whereOf(['load', 'warmUp'])).to.match(/b\.yaml:\d+: load\.warmUp$/);
    expect(found?.whereOf([])).to.equal(join(directory, 'b.yaml'));
    const wrong = JSON.stringify({ ...checkoutErrors, quietFor: 1 }, undefined, 2);
    const line = wrong.split('\n').findIndex((text) => text.includes('quietFor')) + 1;
    expect((await written('b.json', wrong)).told[0]?.[0]).to.equal(`b.json:${line}: quietFor`);
  });

  it('tells all that is wrong with it at once: its form, its fault, its load, and what does not go together', async () => {
    const { fault, load, quietFor, ...others } = checkoutErrors;
    const { found, told } = await written(
      'c.json',
      JSON.stringify({
        ...others,
        qietFor: quietFor,
        load: { ...load, script: 'shopp', rates: { checkout: 900 } },
        fault: { ...fault, params: { share: 5, shard: 1 }, lasts: '1m', stays: '5m' },
      }),
    );
    expect(found).to.equal(undefined);
    expect(told.map(([where = '', message]) => `${where.replace(/:\d+/, '')}: ${message}`)).to.deep.equal([
      'c.json: load.rates.checkout: is 900; expected at most 200',
      'c.json: qietFor: there is no such key',
      'c.json: fault.stays: a fault of fixed length (fault.lasts) has no hold time after its pages',
      'c.json: fault.params.share: is 5; expected at most 1',
      'c.json: fault.params.shard: there is no such key',
      'c.json: load.script: there is no scenarios/load/shopp.ts',
    ]);
    const misspelt = {
      ...checkoutErrors,
      title: 1,
      fault: { ...fault, kind: 'payment-failure' },
      load: { ...load, rates: { chekout: 1, checkout: 2 } },
    };
    expect(
      (await written('d.json', JSON.stringify(misspelt))).told.map(([, message, hint]) => [
        message,
        hint?.split('?')[0],
      ]),
    ).to.deep.equal([
      ['is a number; expected a text', 'put it into quotation marks'],
      ['there is no fault "payment-failure"', 'did you mean payment-failures'],
      [
        "there is no such journey in the project's own shop; there is no firedrill.yaml in the folder of the scenario or above",
        'did you mean checkout',
      ],
    ]);
  });

  it('says in words why a file cannot be read', async () => {
    const expected = 'expected a scenario as .yaml, .json or .ts; firedrill list lists the built-in ones';
    await mkdir(join(directory, 'folder.yaml'));
    expect((await find(join(directory, 'folder.yaml'))).told).to.deep.equal([
      ['folder.yaml', 'is a folder; expected a file', expected],
    ]);
    for (const name of ['none.yaml', 'none.ts', 'none.toml'])
      expect((await find(join(directory, name))).told).to.deep.equal([[name, 'does not exist', expected]]);
    expect((await written('a.toml', 'name = "a"')).told).to.deep.equal([
      ['a.toml', 'a scenario cannot have the extension .toml', expected],
    ]);
    expect((await written('a.d/none'.replace('/none', ''), 'name: a')).told[0]?.[1]).to.equal(
      'a scenario cannot have the extension .d',
    );
  });

  it('reads JSON as JSON, and tells of YAML the line', async () => {
    expect((await written('e.json', '{\n  "name": "a",\n}')).told[0]?.[1]).to.match(/^is no JSON: .*line 3/);
    expect((await written('e.yaml', 'name: mine\ntitle: [unclosed\nsummary: none\n')).told[0]?.[0]).to.equal(
      'e.yaml:3',
    );
  });

  it('tells of a module where it throws, and that it exports nothing', async () => {
    const throws = await written('throws.ts', 'export default {};\n\nthrow new RangeError("too much");\n');
    expect(throws.told).to.deep.equal([
      [
        'throws.ts:3',
        'throws when it is loaded: RangeError: too much',
        'fix the module, or write the scenario as YAML: it is only data',
      ],
    ]);
    const odd = await written('odd.ts', 'export default {\n  name: = 3,\n};\n');
    expect(odd.told[0]?.slice(0, 2)).to.deep.equal(['odd.ts:2', 'does not parse: Expression expected']);
    const empty = await written('empty.ts', 'export const a = 1;\n');
    expect(empty.told[0]?.[1]).to.equal('has no default export; expected a scenario');
  });
});
