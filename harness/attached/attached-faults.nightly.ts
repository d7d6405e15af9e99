/*
 * Each fault that a staging allows besides http-call, on a staging: its alert pages and everything is put back, or the rule
 * does not see it and the drill fails there.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import pg from 'pg';
import { startPostgres } from '../../systems/shop/services/testing/postgres.ts';
import { breakShop, type LiveStaging, stagingState, stagingYaml } from './testing/live-staging.ts';
import { autopsyOf, StagingTest } from './testing/staging-test.ts';

/** A fault and what a staging needs for it. */
interface Example {
  readonly fault: { readonly kind: string; readonly params: object };
  /** What its service looks at. Default: whether it was broken by a request. */
  readonly isBroken?: (folder: string) => boolean | Promise<boolean>;
  readonly yaml?: object;
  readonly load?: object;
  readonly files?: Readonly<Record<string, string>>;
}

const call = `const [, , address, path] = process.argv;
const { ok } = await fetch(\`http://\${address}\${path}\`, { method: 'POST' });
process.exitCode = ok ? 0 : 1;
`;
const command = (): Example => ({
  fault: {
    kind: 'command',
    params: {
      breaks: 'the shop',
      inject: ['node', 'call.mjs', 'shop:8080', '/break'],
      revert: ['node', 'call.mjs', 'shop:8080', '/mend'],
    },
  },
  files: { 'call.mjs': call },
});

const replacedFile = (): Example => ({
  fault: { kind: 'replace-file', params: { file: 'conf/shop.conf', by: 'broken.conf' } },
  files: { 'conf/shop.conf': 'open\n', 'broken.conf': 'closed\n' },
  isBroken: async (folder) => (await readFile(join(folder, 'conf/shop.conf'), 'utf8')) === 'closed\n',
});

/** The shop is broken while it has no shelf. */
async function sql({ scope }: StagingTest, { service }: LiveStaging): Promise<Example> {
  const { url } = await startPostgres(scope, new AbortController().signal);
  const client = new pg.Client(url);
  await client.connect();
  scope.defer('connection', () => client.end());
  await client.query('CREATE TABLE shelves (name text)');
  const { host } = new URL(url);
  return {
    fault: {
      kind: 'sql',
      params: {
        breaks: 'the shelves',
        connection: 'postgres://shop@db:5432/postgres',
        inject: ['ALTER TABLE shelves RENAME TO hidden'],
        revert: ['ALTER TABLE IF EXISTS hidden RENAME TO shelves'],
      },
    },
    yaml: { services: { shop: { '8080': `http://${service}` }, db: { '5432': `tcp://${host}` } } },
    isBroken: async () => {
      const { rows } = await client.query("SELECT to_regclass('shelves') AS found");
      return rows[0]?.found === null;
    },
  };
}

/** The shop is broken while users ask more than 12 times a second. */
function traffic(_: StagingTest, { state }: LiveStaging): Example {
  let before = { at: performance.now(), greeted: 0 };
  return {
    fault: { kind: 'traffic-change', params: { factor: 5 } },
    yaml: { load: { ceiling: 30, journeys: { greet: { service: 'shop', path: '/greet' } } } },
    load: { rates: { greet: 4 }, warmUp: '2s' },
    isBroken: () => {
      const now = { at: performance.now(), greeted: state.greeted };
      const rate = (1_000 * (now.greeted - before.greeted)) / (now.at - before.at);
      before = now;
      return rate > 12;
    },
  };
}

const examples = { command, 'replace-file': replacedFile, sql, 'traffic-change': traffic };
type Made = (test: StagingTest, staging: LiveStaging) => Example | Promise<Example>;

describe('a staging', function () {
  this.timeout(900_000);

  /** @param threshold above which the rule is true; a broken shop has 1. */
  async function drilled(test: StagingTest, made: Made, threshold: number) {
    const staging = await test.start({ threshold });
    const { fault, isBroken, yaml, load, files } = await made(test, staging);
    const telemetry = { signal: 'metric', metric: 'shop_broken', above: 0.5 };
    const scenario = breakShop({
      fault: { ...fault, telemetry, atLeast: 1 },
      ...(load ? { load } : {}),
    });
    const folder = await test.folder(stagingYaml(staging, yaml), { scenario, ...(files ? { files } : {}) });
    if (isBroken) staging.state.isBroken = () => isBroken(folder.path);
    const before = await stagingState(staging);
    const names = await folder.names();
    const result = await folder.drill();
    expect(await (staging.state.isBroken?.() ?? staging.state.broken), 'it is mended').to.equal(false);
    expect(await stagingState(staging)).to.deep.equal(before);
    expect(await folder.names()).to.deep.equal(names);
    for (const [name, text] of Object.entries(files ?? {}))
      expect(await readFile(join(folder.path, name), 'utf8'), name).to.equal(text);
    return result;
  }

  for (const [kind, made] of Object.entries(examples)) {
    it(`that is broken by ${kind} pages, and is as it was`, async () => {
      await using test = new StagingTest();
      const { exitCode, kept, stderr } = await drilled(test, made, 0);
      expect(kept?.record.verdicts.filter(({ outcome }) => outcome !== 'pass')).to.deep.equal([]);
      expect(exitCode, stderr).to.equal(0);
    });

    it(`whose rule does not see ${kind} fails there, and is as it was`, async () => {
      await using test = new StagingTest();
      const result = await drilled(test, made, 1);
      expect(result.exitCode, result.stderr).to.equal(1);
      expect(autopsyOf(result)?.hop).to.equal('expression true');
    });
  }
});
