import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { execa } from 'execa';

const project = fileURLToPath(new URL('..', import.meta.url));

/** The package as a user gets it: packed, installed into an empty folder, and run there. */
describe('the package', function () {
  this.timeout(600_000);
  let folder = '';
  const run = (...args: string[]) =>
    execa('npx', ['--no-install', 'firedrill', ...args], { cwd: folder, reject: false, stdin: 'ignore' });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'firedrill-package-'));
    await execa('npm', ['pack', '--pack-destination', folder], { cwd: project, stdin: 'ignore' });
    const [tarball = ''] = await readdir(folder);
    await cp(join(project, 'examples', 'hello'), folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), '{ "private": true }');
    await execa('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', `./${tarball}`], {
      cwd: folder,
      stdin: 'ignore',
    });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('has a command, which tells what it can do', async () => {
    const { stdout, exitCode } = await run('--help');
    expect(exitCode).to.equal(0);
    for (const command of ['run', 'list', 'setup'])
      expect(stdout).to.match(new RegExp(`^  ${command} `, 'm'));
    const unknown = await run('rum');
    expect(unknown.exitCode).to.equal(2);
    expect(unknown.stderr).to.match(/there is no command rum\n.*did you mean run/);
  });

  it('lists the scenarios that it brings', async () => {
    const { stdout, exitCode } = await run('list');
    expect(exitCode).to.equal(0);
    expect(stdout).to.include('monthly-rent');
  });

  it('drills a system of the user, with the tools that are built already', async () => {
    const { all, exitCode } = await execa(
      'npx',
      ['--no-install', 'firedrill', 'run', 'scenarios/web-down.yaml', '--runtime', 'process'],
      { cwd: folder, reject: false, stdin: 'ignore', all: true },
    );
    expect(exitCode, all).to.equal(0);
    expect(all).to.match(/Held: all \d+ checks of web-down passed/);
    expect(all).not.to.include('compile');
  });

  it('has declarations of what it exports', async () => {
    const code = "import { firedrillAssertions, readRecord, type Scenario } from 'firedrill';\n";
    await writeFile(
      join(folder, 'use.ts'),
      `${code}export const all: unknown[] = [firedrillAssertions, readRecord, {} as Scenario];\n`,
    );
    const { exitCode, all } = await execa(
      join(project, 'node_modules', '.bin', 'tsc'),
      [
        '--noEmit',
        '--module',
        'nodenext',
        '--strict',
        '--skipLibCheck',
        '--types',
        'node,mocha,chai',
        '--typeRoots',
        join(project, 'node_modules', '@types'),
        'use.ts',
      ],
      { cwd: folder, reject: false, all: true },
    );
    expect(exitCode, all).to.equal(0);
  });
});
