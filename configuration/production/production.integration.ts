import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { builtTools } from '../../stacks/toolchain/testing/built-tools.ts';
import type { Toolchain } from '../../stacks/toolchain/toolchain.ts';
import { adopt } from './adopt.ts';
import { agent, alertmanager, config, nights, secret } from './testing/samples.ts';

/** Files of production, and what of them a tool has to take. */
const cases: readonly (readonly [name: string, path: string, text: string, used: string])[] = [
  ['a file of Alertmanager', 'alertmanager/alertmanager.yml', alertmanager, 'alertmanager/alertmanager.yml'],
  [
    'a Secret and an AlertmanagerConfig',
    'alertmanager/all.yaml',
    `${secret}---\n${config(nights)}`,
    'alertmanager/alertmanager.yml',
  ],
  ['a file of a Collector', 'collector/hub.yaml', agent, 'collector/hub.yaml'],
];

describe('files of production', () => {
  let tools: Toolchain;
  let directory = '';

  before(async function () {
    // Building the tools, where they have not been built yet.
    this.timeout(900_000);
    directory = await mkdtemp(join(tmpdir(), 'firedrill-production-'));
    tools = await builtTools(['amtool', 'otelcol']);
  });

  after(() => rm(directory, { recursive: true, force: true }));

  /** Whether the component's own tool takes a text. */
  async function isTaken(path: string, text: string): Promise<string> {
    const file = join(directory, 'file.yml');
    await writeFile(file, text);
    const { exitCode, all } = path.startsWith('alertmanager/')
      ? await execa(tools.path('amtool'), ['check-config', file], { reject: false, all: true })
      : await execa(tools.path('otelcol'), ['validate', `--config=${file}`], { reject: false, all: true });
    return exitCode === 0 ? 'taken' : all;
  }

  for (const [name, path, text, used] of cases) {
    it(`are taken by the component itself as a drill uses them, and not as they are: ${name}`, async function () {
      this.timeout(60_000);
      const adopted = adopt(new Map([[path, text]]), new Map(), [path]);
      expect(await isTaken(used, adopted.get(used) ?? '')).to.equal('taken');
      expect(await isTaken(used, text)).to.not.equal('taken');
    });
  }
});
