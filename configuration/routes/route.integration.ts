import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { builtTools } from '../../stacks/toolchain/testing/built-tools.ts';
import { trees } from './testing/route-trees.ts';

const receivers = ['root', 'slack', 'pagerduty', 'webhook'].map((name) => ({ name }));

describe('the routes that amtool takes', () => {
  let amtool = '';
  let directory = '';

  before(async function () {
    // Building amtool, where it has not been built yet.
    this.timeout(600_000);
    directory = await mkdtemp(join(tmpdir(), 'firedrill-routes-'));
    const tools = await builtTools(['amtool']);
    amtool = tools.path('amtool');
  });

  after(() => rm(directory, { recursive: true, force: true }));

  for (const { name, route, cases } of trees) {
    it(`are those that the unit test expects of ours: ${name}`, async () => {
      const file = join(directory, 'alertmanager.yml');
      await writeFile(file, JSON.stringify({ route, receivers }));
      for (const [labels, expected] of cases) {
        const given = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
        const { stdout } = await execa(amtool, [
          'config',
          'routes',
          'test',
          `--config.file=${file}`,
          ...given,
        ]);
        expect(stdout.split('\n').at(-1), given.join(' ')).to.equal(expected.join(','));
      }
    });
  }
});
