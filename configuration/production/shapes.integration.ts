import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { placeholderOrigins } from '../../harness/stack/listeners.ts';
import { builtTools } from '../../stacks/toolchain/testing/built-tools.ts';
import { judgeFiles } from '../judge.ts';
import { adopted, shapes, stack } from './testing/shapes.ts';

describe('promtool takes production files of the shape', () => {
  let promtool = '';
  let directory = '';

  before(async function () {
    // Building promtool, where it has not been built yet.
    this.timeout(600_000);
    directory = await mkdtemp(join(tmpdir(), 'firedrill-shapes-'));
    const tools = await builtTools(['promtool']);
    promtool = tools.path('promtool');
  });
  after(() => rm(directory, { recursive: true, force: true }));

  for (const shape of Object.keys(shapes) as (keyof typeof shapes)[])
    it(`${shape}, as a drill uses them`, async () => {
      const { used } = judgeFiles(stack, adopted(shape), 15, placeholderOrigins('metrics'));
      for (const [path, text] of used) {
        const file = join(directory, shape, path);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, text);
      }
      const main = join(directory, shape, 'prometheus', 'prometheus.yml');
      const { stdout, exitCode } = await execa(promtool, ['check', 'config', main], { reject: false });
      expect(exitCode, stdout).to.equal(0);
      expect(stdout).to.match(/SUCCESS: 2 rules found/);
    });
});
