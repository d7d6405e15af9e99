import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { planOf } from './plan.ts';
import { runJob } from './run-job.ts';

const head = `
on: { workflow_dispatch: }
jobs:
  only:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v7
`;

describe('a job', () => {
  let folder = '';
  let written = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'firedrill-job-'));
    written = '';
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const run = async (steps: string) => {
    const [job] = planOf(head + steps, 'w.yml', {});
    if (!job) throw new Error('no job');
    await mkdir(join(folder, 'job'));
    const cancel = new AbortController();
    const end = await runJob(job, {
      folder: join(folder, 'job'),
      keepIn: join(folder, 'kept'),
      env: process.env,
      write: (text) => {
        written += text.toString();
        if (written.includes('cancel me')) cancel.abort();
      },
      clone: (into) => writeFile(join(into, 'cloned'), 'from HEAD'),
      cancel: cancel.signal,
      end: new AbortController().signal,
    });
    return end;
  };

  it('runs its steps in order in the clone, and keeps summary and artefacts', async () => {
    const { exitCode, notRun, summary } = await run(`
      - uses: a/b@v1
      - run: cat cloned; echo " $X in $PWD = $GITHUB_WORKSPACE"; echo "# one" >> "$GITHUB_STEP_SUMMARY"
        env: { X: x }
      - run: mkdir out; cp cloned out; echo "# two" >> "$GITHUB_STEP_SUMMARY"
      - { uses: actions/upload-artifact@v7, with: { name: n, path: out } }
`);
    expect({ exitCode, notRun, summary }).to.deep.equal({
      exitCode: 0,
      notRun: ['a/b@v1'],
      summary: '# one\n# two\n',
    });
    const workspace = join(folder, 'job', 'workspace');
    expect(written).to.contain(`from HEAD x in ${workspace} = ${workspace}`);
    expect(written).to.contain('not run here: a/b@v1');
    expect(await readFile(join(folder, 'kept', 'n', 'out', 'cloned'), 'utf8')).to.equal('from HEAD');
  });

  it('stops at a step that fails, but for those that run nevertheless', async () => {
    const { exitCode } = await run(`
      - run: echo before; exit 7
      - run: echo next
      - { run: echo explicit, if: success() }
      - { run: echo failed; exit 9, if: failure() }
      - { run: echo always, if: always() }
      - { run: echo cancelled, if: cancelled() }
      - { run: echo uncancelled, if: "!cancelled()" }
`);
    expect(exitCode, 'that of the first').to.equal(7);
    const said = written.split('\n').filter((line) => /^\w+$/.test(line));
    expect(said).to.deep.equal(['before', 'failed', 'always', 'uncancelled']);
  });

  it('fails in a pipe where bash was asked for, and only there, as on GitHub', async () => {
    expect((await run('      - { run: exit 3 | cat, shell: bash }\n')).exitCode).to.equal(3);
    await rm(join(folder, 'job'), { recursive: true });
    expect((await run('      - run: exit 3 | cat\n')).exitCode).to.equal(0);
    await rm(join(folder, 'job'), { recursive: true });
    expect((await run('      - run: "false\\ntrue"\n')).exitCode, 'at the first that fails').to.equal(1);
  });

  it('fails where an artefact that must be there is not', async () => {
    const upload = 'actions/upload-artifact@v7';
    const { exitCode } = await run(`
      - { uses: ${upload}, with: { path: nowhere, if-no-files-found: error } }
`);
    expect(exitCode).to.equal(1);
    await rm(join(folder, 'job'), { recursive: true });
    expect((await run(`      - { uses: ${upload}, with: { path: nowhere } }\n`)).exitCode).to.equal(0);
  });

  it('fails in a step that takes too long, and ends what it started', async () => {
    const { exitCode } = await run(`
      - { run: sleep 60, timeout-minutes: 0.002 }
      - run: echo next
      - { run: echo failed, if: failure() }
`);
    expect(exitCode).to.equal(130);
    expect(written).to.contain('not done within').and.to.contain('\nfailed\n');
    expect(written).to.not.contain('\nnext\n');
  });

  it('that is cancelled ends what runs, and runs what runs always', async () => {
    const { exitCode } = await run(`
      - { name: waits, run: echo cancel me; sleep 60 }
      - run: echo next
      - { run: echo failed, if: failure() }
      - { run: echo always, if: always() }
`);
    expect(exitCode).to.equal(130);
    const said = written.split('\n').filter((line) => /^\w+$/.test(line));
    expect(said).to.deep.equal(['always']);
  });

  it('has nothing before it is cloned', async () => {
    const [job] = planOf(head.replace('uses: actions/checkout@v7', 'run: ls -A | wc -l'), 'w.yml', {});
    expect(job?.steps).to.have.length(1);
    await mkdir(join(folder, 'job'));
    const signal = new AbortController().signal;
    const write = (text: string | Buffer) => {
      written += text.toString();
    };
    const clone = () => Promise.reject(new Error('nothing to clone'));
    if (job) {
      const options = { keepIn: folder, env: process.env, write, clone, cancel: signal, end: signal };
      expect((await runJob(job, { ...options, folder: join(folder, 'job') })).exitCode).to.equal(0);
    }
    expect(written).to.contain('\n0\n');
  });
});
