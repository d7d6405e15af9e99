import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { execa } from 'execa';
import { parse, stringify } from 'yaml';
import { cacheDirOf } from '../stacks/toolchain/cache-dir.ts';
import { ensureFrom } from '../stacks/toolchain/toolchain.ts';
import { actionlint } from './tools/actionlint/recipe.ts';

const project = fileURLToPath(new URL('..', import.meta.url));

/*
 * actionlint checks workflows. An action is checked in two parts: its steps as those of a workflow with the same inputs, and
 * its inputs by a workflow that uses it.
 */
describe('action.yml', function () {
  this.timeout(600_000);
  let folder = '';
  let lint = '';

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'action-'));
    await mkdir(join(folder, '.git'));
    await mkdir(join(folder, '.github/workflows'), { recursive: true });
    const { env } = process;
    const { signal } = new AbortController();
    const tools = await ensureFrom([actionlint], ['actionlint'], {
      ...{ cacheDir: cacheDirOf(env), env, signal },
      progress: () => {},
    });
    lint = tools.path('actionlint');
  });
  after(() => rm(folder, { recursive: true }));

  /** What actionlint says of a workflow that lies beside the action. */
  const linted = async (action: string, workflow: unknown) => {
    await writeFile(join(folder, 'action.yml'), action);
    await writeFile(join(folder, '.github/workflows/gate.yml'), stringify(workflow));
    const { stdout } = await execa(lint, ['-shellcheck=', '-pyflakes=', '-no-color', '-oneline'], {
      cwd: folder,
      reject: false,
    });
    return stdout;
  };
  const using = (action: string, given: Readonly<Record<string, string>>) =>
    linted(action, {
      on: 'push',
      jobs: { gate: { 'runs-on': 'ubuntu-24.04', steps: [{ uses: './', with: given }] } },
    });
  const steps = (action: string) => {
    const { inputs, runs } = parse(action);
    const typed = Object.fromEntries(
      Object.entries<object>(inputs).map(([name, one]) => [name, { ...one, type: 'string' }]),
    );
    return linted(action, {
      on: { workflow_call: { inputs: typed } },
      jobs: { gate: { 'runs-on': 'ubuntu-24.04', steps: runs.steps } },
    });
  };

  it('has steps and inputs that actionlint accepts', async () => {
    const action = await readFile(join(project, 'action.yml'), 'utf8');
    expect(await steps(action)).to.equal('');
    expect(await using(action, { set: 'release', runtime: 'process' })).to.equal('');
  });

  it('is refused with an input that does not exist, there or where it is used', async () => {
    const action = await readFile(join(project, 'action.yml'), 'utf8');
    expect(await steps(action.replace('inputs.baseline', 'inputs.basline'))).to.match(/basline/);
    expect(await using(action, { sets: 'release' })).to.match(/input "sets" is not defined/);
    expect(await using(action.replace('using: composite', 'using: composit'), {})).to.match(/composit/);
  });
});
