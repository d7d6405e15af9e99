import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { FiredrillError } from '../../core/errors.ts';
import { planOf } from './plan.ts';
import { uncommitted, workflowAtHead } from './repository.ts';
import { runWorkflow } from './run-workflow.ts';

const workflow = (script: string) => `
on: { workflow_dispatch: { inputs: { word: { type: string, default: none } } } }
jobs:
  one:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v7
      - { run: ${script}, env: { WORD: "\${{ inputs.word }}" } }
      - if: always()
        uses: actions/upload-artifact@v7
        with: { path: out, if-no-files-found: error }
`;

describe('a workflow', () => {
  let place = '';
  let project = '';
  before(async () => {
    place = await mkdtemp(join(tmpdir(), 'firedrill-workflow-test-'));
    project = join(place, 'project');
    await mkdir(join(project, '.github', 'workflows'), { recursive: true });
    await mkdir(join(place, 'temporary'));
    const files = {
      '.github/workflows/works.yml': workflow(
        'mkdir out; cat file > "out/$WORD"; echo "# done" > "$GITHUB_STEP_SUMMARY"',
      ),
      '.github/workflows/fails.yml': workflow('mkdir out; ls > out/list; exit 5'),
      file: 'committed',
    };
    for (const [name, text] of Object.entries(files)) await writeFile(join(project, name), text);
    const git = execa({ cwd: project });
    const who = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
    await git`git init --quiet`;
    await git`git add .`;
    await git`git ${who} commit --quiet --message first`;
    await writeFile(join(project, 'file'), 'not committed');
    await writeFile(join(project, 'more'), 'unknown to git');
  });
  after(() => rm(place, { recursive: true, force: true }));

  const run = async (name: string, given: Record<string, string> = {}) => {
    const signal = new AbortController().signal;
    return await runWorkflow(planOf(await workflowAtHead(project, name), `${name}.yml`, given), {
      ...{ project, keepIn: join(place, 'kept'), temporary: join(place, 'temporary') },
      ...{ env: process.env, write: () => {}, cancel: signal, end: signal },
    });
  };
  const kept = (file: string) => readFile(join(place, 'kept', 'artifact', 'out', file), 'utf8');

  it('runs what is committed, and leaves nothing behind but what it kept', async () => {
    expect(await uncommitted(project)).to.equal(2);
    const end = await run('works', { word: 'said' });
    expect(end).to.deep.equal({ exitCode: 0, notRun: [], summary: '# done\n' });
    expect(await kept('said')).to.equal('committed');
    expect(await readdir(join(place, 'temporary'))).to.deep.equal([]);
  });

  it('fails as its step does, and leaves nothing behind either', async () => {
    expect(await run('fails')).to.include({ exitCode: 5 });
    expect((await kept('list')).split('\n'))
      .to.include('file')
      .and.to.not.include('more');
    expect(await readdir(join(place, 'temporary'))).to.deep.equal([]);
  });

  it('is one of those that there are', async () => {
    const error = await workflowAtHead(project, 'other').then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(error).to.be.instanceOf(FiredrillError);
    expect((error as FiredrillError).problems[0]?.hint).to.equal('there is fails, works');
  });
});
