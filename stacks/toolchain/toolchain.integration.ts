import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { FiredrillError } from '../../core/errors.ts';
import { met, notYet, until } from '../../core/poll.ts';
import { logTail } from './log-tail.ts';
import type { ToolProgress } from './progress.ts';
import { runLogged } from './run-logged.ts';
import { rejectionOf, suiteFolder, testFolder } from './testing/folders.ts';
import { helloRecipe } from './testing/hello.ts';
import { ensureFrom } from './toolchain.ts';

const never = new AbortController().signal;
const exec = promisify(execFile);
const ensureHello = join(import.meta.dirname, 'testing', 'ensure-hello.ts');

describe('toolchain', function () {
  this.timeout(180_000);
  const folder = testFolder();
  const shared = suiteFolder();
  const cacheDir = () => join(folder(), 'cache');
  /** With a build cache that outlives the test, where the test is not about Go's caches. */
  const warm = () => ({ ...process.env, GOCACHE: shared() });
  const builds = async () => (await readFile(join(folder(), 'builds'), 'utf8')).split('\n').length - 1;

  const ensure = async (options: {
    body?: string;
    env?: NodeJS.ProcessEnv;
    signal?: AbortSignal;
    progress?: (sign: ToolProgress) => void;
  }) =>
    await ensureFrom([await helloRecipe(folder(), options.body)], ['hello'], {
      cacheDir: cacheDir(),
      env: options.env ?? warm(),
      signal: options.signal ?? never,
      progress: options.progress ?? (() => {}),
    });

  it('builds a tool that runs, finds it again without Go, and rebuilds it after a change', async () => {
    const tools = await ensure({});
    expect((await exec(tools.path('hello'))).stdout).to.equal('hello\n');
    expect(tools.version('hello')).to.equal('1.0.0');
    expect(tools.source('hello')).to.equal('built');
    expect(await readFile(join(tools.home('hello'), 'share', 'greeting'), 'utf8')).to.equal('hello');
    const again = await ensure({ env: { PATH: folder() } });
    expect(again.path('hello')).to.equal(tools.path('hello'));
    expect(await builds()).to.equal(1);
    const changed = await ensure({ body: 'fmt.Println("changed")' });
    expect(changed.path('hello')).not.to.equal(tools.path('hello'));
    expect((await exec(changed.path('hello'))).stdout).to.equal('changed\n');
  });

  it('rebuilds a tool with a missing file', async () => {
    const tools = await ensure({});
    const lost = join(tools.home('hello'), 'share', 'greeting');
    await rm(lost);
    expect((await ensure({})).home('hello')).to.equal(tools.home('hello'));
    expect(await readFile(lost, 'utf8')).to.equal('hello');
    expect(await builds()).to.equal(2);
  });

  it('takes a binary that the environment names, and builds nothing', async () => {
    const built = (await ensure({})).path('hello');
    const other = join(folder(), 'other');
    const tools = await ensureFrom([await helloRecipe(folder())], ['hello'], {
      cacheDir: other,
      env: { FIREDRILL_HELLO: built },
      signal: never,
      progress: () => {},
    });
    expect(tools.path('hello')).to.equal(built);
    expect(tools.source('hello')).to.equal('user');
    expect(await readdir(folder())).not.to.include('other');
  });

  it('builds once when two processes ask at once; the second says that it waits', async () => {
    await writeFile(join(folder(), 'hold'), '');
    const run = () => {
      const running = exec(process.execPath, [ensureHello, folder(), cacheDir()], { env: warm() });
      running.child.stdout?.on('data', (text: string) => {
        if (text.includes('waiting')) void rm(join(folder(), 'hold'), { force: true });
      });
      return running;
    };
    const outputs = (await Promise.all([run(), run()])).map(({ stdout }) => stdout);
    expect(await builds()).to.equal(1);
    const paths = outputs.map((output) => output.trimEnd().split('\n').at(-1));
    expect(paths[0]).to.equal(paths[1]);
    const waiting = outputs.filter((output) => output.includes('waiting for another firedrill'));
    expect(waiting).to.have.lengthOf(1);
    expect(waiting[0])
      .to.match(/: process \d+\n/)
      .and.contain('ready: built by another firedrill');
  });

  it('shows the end of the log of a build that failed, keeps the log, and leaves no tool', async () => {
    const error = await rejectionOf(ensure({ body: 'fmt.Println(missing)' }));
    expect(error).to.be.instanceOf(FiredrillError).with.property('kind', 'broken');
    expect(String(error)).to.contain('toolchain: hello: compile hello ended with exit code 1');
    expect(String(error)).to.contain('undefined: missing');
    const log = /the whole log: (\S+)/.exec(String(error))?.[1] ?? '';
    expect(await readFile(log, 'utf8')).to.contain('go build');
    expect(await toolsIn(cacheDir())).to.deep.equal([]);
    await ensure({});
    expect(await toolsIn(cacheDir())).to.have.lengthOf(1);
  });

  it("removes its own caches afterwards, and keeps the user's", async () => {
    await ensure({ env: { ...process.env, GOCACHE: '' } });
    expect(await readdir(join(cacheDir(), 'build'))).to.deep.equal(['locks']);
    const before = await readdir(shared());
    await ensure({ body: 'fmt.Println("again")' });
    expect(await readdir(shared())).to.include.members(before);
  });

  it('leaves nothing of an aborted build except the caches that the next one reuses', async () => {
    const cold = { ...process.env, GOCACHE: '' };
    const stop = new AbortController();
    const building = rejectionOf(ensure({ env: cold, signal: stop.signal }));
    const done = await compiled(cacheDir(), 8);
    stop.abort();
    expect(await building)
      .to.be.instanceOf(FiredrillError)
      .with.property('kind', 'interrupted');
    await nothingRuns(cacheDir());
    expect(await toolsIn(cacheDir())).to.deep.equal([]);
    const left = (await readdir(join(cacheDir(), 'build'))).filter((name) => !name.endsWith('.log'));
    expect(left).to.have.members(['go', 'locks']);

    await remove(join(cacheDir(), 'build'), '.log');
    const next = ensure({ env: cold });
    const again = await compiled(cacheDir(), 8);
    const tools = await next;
    expect((await exec(tools.path('hello'))).stdout).to.equal('hello\n');
    // Those that were being compiled when the build was aborted are compiled again.
    const twice = done.filter((name) => again.includes(name));
    expect(twice.length, twice.join(', ')).to.be.at.most(done.length / 2);
  });

  it('kills what does not end when told to', async () => {
    const stop = new AbortController();
    const log = join(folder(), 'log');
    const script = `trap "" TERM; sh -c 'trap "" TERM; while :; do sleep 1; done' ${folder()} & echo up; wait`;
    const running = runLogged({
      file: 'sh',
      args: ['-c', script],
      cwd: folder(),
      env: { PATH: '/usr/bin:/bin' },
      log,
      signal: stop.signal,
    });
    const up = async () => ((await logTail(log, 1))[0] === 'up' ? met(undefined) : notYet('no line'));
    await until('the start', up, { where: 'test', withinMs: 30_000, signal: never });
    stop.abort();
    expect(await running).to.equal(undefined);
    await nothingRuns(folder());
  });

  it('ends the build of a process that is killed, whose lock the next one takes', async () => {
    const env = { ...process.env, GOCACHE: '' };
    const child = spawn(process.execPath, [ensureHello, folder(), cacheDir()], { env, stdio: 'ignore' });
    await compiled(cacheDir(), 3);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await nothingRuns(cacheDir());
    const states: string[] = [];
    const tools = await ensure({ env, progress: ({ state }) => states.push(state) });
    expect(states[0]).to.equal('waiting');
    expect((await exec(tools.path('hello'))).stdout).to.equal('hello\n');
    expect(await readdir(join(cacheDir(), 'build'))).to.deep.equal(['locks']);
  });
});

/** Removes the files of a folder that have the ending. */
async function remove(folder: string, ending: string): Promise<void> {
  for (const name of await readdir(folder)) if (name.endsWith(ending)) await rm(join(folder, name));
}

const toolsIn = (cacheDir: string) => readdir(join(cacheDir, 'tools')).catch(() => []);

/** Waits until the running build's log names so many packages, and gives them. */
async function compiled(cacheDir: string, atLeast: number): Promise<string[]> {
  const build = join(cacheDir, 'build');
  return await until(
    `${atLeast} packages in the log`,
    async () => {
      const name = (await readdir(build)).find((entry) => entry.endsWith('.log'));
      const text = name ? await readFile(join(build, name), 'utf8') : '';
      const packages = text.split('\n').filter((line) => line && !line.startsWith('$'));
      return packages.length >= atLeast ? met(packages) : notYet(`${packages.length} packages`);
    },
    { where: 'test', withinMs: 60_000, everyMs: 20, signal: never },
  );
}

/** Waits until no process has the folder in its command line. */
async function nothingRuns(folder: string): Promise<void> {
  await until(
    'the end of all processes of the build',
    async () => {
      const { stdout } = await exec('ps', ['-eo', 'pid,args']);
      const found = stdout.split('\n').filter((line) => line.includes(folder));
      return found.length === 0 ? met(undefined) : notYet(found.join('\n'));
    },
    { where: 'test', withinMs: 30_000, signal: never },
  );
}
