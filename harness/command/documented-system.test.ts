import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { parse } from 'yaml';
import { map } from '../../configuration/files/yaml.ts';
import { within } from '../../core/path.ts';
import { readScenario } from '../../core/scenario.ts';
import { parseSystem } from '../../core/system.ts';
import type { ComposeServices } from '../../core/system-services.ts';
import type { FaultOf } from '../../faults/index.ts';
import { prepareFault } from '../../systems/faults.ts';
import { documentedCommands } from '../testing/documented-commands.ts';
import { renderSchemas } from './schemas.ts';

const project = new URL('../../', import.meta.url);
const read = (path: string) => readFile(new URL(path, project), 'utf8');

/** The code blocks of a page in a language. */
const blocksOf = (page: string, language: string): string[] =>
  [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, of, text = '']) =>
    of === language ? [text] : [],
  );

/** The commands of a page: the lines of its blocks, and what its text names. A command that goes on has `…` there. */
function commandsOf(page: string): string[] {
  const lines = blocksOf(page, 'sh').flatMap((block) => block.split('\n'));
  const named = [...page.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/`((?:npm|npx|mvn|node) [^`]+)`/g)];
  return [...lines, ...named.map(([, command = '']) => command)]
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .filter((line) => line !== '');
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
}

/** The keys of a schema, each with those of the named maps around it: `services.ports`. */
function keysOf({ properties = {}, additionalProperties, anyOf = [], items }: JsonSchema): string[] {
  const below = [
    ...anyOf,
    ...(items ? [items] : []),
    ...(typeof additionalProperties === 'object' ? [additionalProperties] : []),
  ];
  const own = Object.entries(properties).flatMap(([key, schema]) => [
    key,
    ...keysOf(schema).map((inner) => `${key}.${inner}`),
  ]);
  return [...new Set([...own, ...below.flatMap(keysOf)])];
}

/** The rows of the tables, by the key that each begins with. */
const rowsOf = (page: string): ReadonlyMap<string, string> =>
  new Map([...page.matchAll(/^\| `([\w-]+)` \|(.*)$/gm)].map(([, key = '', text = '']) => [key, text]));

/** The keys that no row of a table has. A key in another one may be named in that one's row, as `key` or `key: …`. */
function undocumented(page: string, schema: JsonSchema): string[] {
  const rows = rowsOf(page);
  return keysOf(schema).filter((path) => {
    const [key = '', ...above] = path.split('.').reverse();
    const isNamed = new RegExp(`\`[^\`]*\\b${key}\\b[^\`]*\``);
    // The keys of a service have a table of their own.
    if (above.length === 0 || (above.length === 1 && above[0] === 'services')) return !rows.has(key);
    return !above.some((outer) => isNamed.test(rows.get(outer) ?? ''));
  });
}

/** The compose file that the page speaks of. */
const compose: ComposeServices = new Map([
  [
    'web',
    {
      ...{ image: 'web:1', env: { STOCK_URL: 'http://stock:9000' }, ports: [8080] },
      ...{ dependsOn: [], files: [], problems: [], notes: [], whereOf: within('compose.yaml') },
    },
  ],
]);

describe('docs/your-system.md', () => {
  let page = '';
  before(async () => {
    page = await read('docs/your-system.md');
  });

  it('has no command that a test does not run', () => {
    const commands = commandsOf(page);
    expect(commands).to.include.members(['npx firedrill init', 'npx firedrill --help']);
    expect(commands.filter((command) => !documentedCommands.includes(command))).to.deep.equal([]);
    expect(documentedCommands.filter((command) => !commands.includes(command))).to.deep.equal([]);
    expect(commandsOf('```sh\nnpm  start   # now\n```\nor `npx firedrill lynt`.')).to.deep.equal([
      'npm  start',
      'npx firedrill lynt',
    ]);
  });

  it('installs the package under its version', async () => {
    const { name, version } = JSON.parse(await read('package.json')) as { name: string; version: string };
    expect(documentedCommands.join()).to.include(`/${name}-${version}.tgz`);
    expect(page).to.include(`\`${name}-${version}.tgz\``);
  });

  it('has YAML that is a system, a part of one, a scenario, or a fault', () => {
    const blocks = blocksOf(page, 'yaml').map((text) => parse(text) as Readonly<Record<string, unknown>>);
    const [first] = blocks;
    const kinds = blocks.map((block) => {
      if ('expectations' in block) {
        const whole = { stacks: ['metrics'], ...block };
        const found = readScenario(whole, within('scenario'));
        expect('problems' in found ? found.problems : []).to.deep.equal([]);
        if ('value' in found) prepareFault(found.value, within('scenario'));
        return 'scenario';
      }
      if ('fault' in block) {
        prepareFault({ name: 'scenario', fault: block.fault as FaultOf['fault'] });
        return 'fault';
      }
      const services = { ...map(first?.services), ...map(block.services) };
      const { journeys, ...others } = { ...first, ...block };
      // A script of the user stands in the place of the journeys.
      const whole = { ...('load' in block ? {} : { journeys }), ...others, services };
      parseSystem(
        whole,
        '/mine/firedrill.yaml',
        within('firedrill.yaml'),
        'compose' in block ? compose : undefined,
      );
      return 'services' in block ? 'system' : 'part';
    });
    expect(kinds).to.include.members(['system', 'part', 'scenario', 'fault']);
  });

  it('names every key of firedrill.yaml in its tables', () => {
    const [system] = renderSchemas();
    const schema = JSON.parse(system?.text ?? '') as JsonSchema;
    expect(keysOf(schema)).to.include.members([
      'name',
      'services.ports',
      'links.from',
      'services.ready.http',
    ]);
    expect(undocumented(page, schema)).to.deep.equal([]);
    const withMore = {
      properties: { ...schema.properties, links: { properties: { untold: {} } }, untold: {} },
    };
    expect(undocumented(page, withMore)).to.deep.equal(['links.untold', 'untold']);
  });
});
