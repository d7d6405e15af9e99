import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { execa } from 'execa';
import { parse } from 'yaml';
import {
  type commandsOfPackage,
  installPackage,
  pack,
  wordsOf,
} from '../harness/testing/documented-commands.ts';

const project = fileURLToPath(new URL('..', import.meta.url));
const example = join(project, 'examples', 'hello');

interface Ended {
  readonly exitCode?: number | undefined;
  readonly all: string;
}

/** The package as a user gets it: packed, installed into an empty folder, and run there as docs/your-system.md says. */
describe('the package', function () {
  this.timeout(600_000);
  let folder = '';
  let user = '';
  const run = async (command: string, cwd: string, env: Readonly<Record<string, string>> = {}) => {
    const [file, args] = wordsOf(command);
    return await execa(file, args, { cwd, env, all: true, reject: false, stdin: 'ignore' });
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'firedrill-package-'));
    user = join(folder, 'mine');
    const packed = join(folder, 'firedrill');
    for (const one of [user, packed]) await mkdir(one);
    const { exitCode, all } = await run(pack, project, { npm_config_pack_destination: packed });
    expect(exitCode, all).to.equal(0);
    await cp(join(example, 'monitoring'), join(user, 'monitoring'), { recursive: true });
    await writeFile(join(user, 'package.json'), '{ "private": true }');
    const quickly = {
      npm_config_prefer_offline: 'true',
      npm_config_audit: 'false',
      npm_config_fund: 'false',
    };
    const installed = await run(installPackage, user, quickly);
    expect(installed.exitCode, installed.all).to.equal(0);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** What each command must tell. They run in this order. */
  const checks: Readonly<Record<(typeof commandsOfPackage)[number], (ended: Ended) => Promise<void> | void>> =
    {
      'npx firedrill --help': ({ exitCode, all }) => {
        expect(exitCode).to.equal(0);
        for (const command of ['run', 'list', 'setup'])
          expect(all).to.match(new RegExp(`^  ${command} `, 'm'));
      },
      'npx firedrill setup': ({ exitCode, all }) => {
        expect(exitCode, all).to.equal(0);
        expect(all)
          .to.match(/^prometheus \S+ \S+\/prometheus$/m)
          .and.match(/^k6 /m)
          .and.not.include('compile');
      },
      'npx firedrill init': ({ exitCode, all }) => {
        expect(exitCode, all).to.equal(0);
        expect(all).to.include('wrote firedrill.yaml').and.include('wrote scenarios/orders-fail.yaml');
      },
      'npx firedrill lint': async ({ exitCode, all }) => {
        expect(all).to.match(/^firedrill\.yaml:\d+: services\.web\.\S+ is still to be filled in \[todo\]$/m);
        expect(exitCode).to.equal(1);
        // The user fills in what init has left open.
        await rm(join(user, 'scenarios'), { recursive: true });
        await cp(example, user, { recursive: true });
        const after = await run('npx firedrill lint', user);
        expect(after.all).to.equal('Nothing was found.');
        expect(after.exitCode).to.equal(0);
      },
      'npx firedrill run scenarios/web-down.yaml --runtime process': ({ exitCode, all }) => {
        expect(exitCode, all).to.equal(0);
        expect(all).to.match(/Held: all \d+ checks of web-down passed/);
        // The tools are built already.
        expect(all).not.to.include('compile');
      },
    };
  for (const [command, check] of Object.entries(checks))
    it(command, async () => {
      const { exitCode, all } = await run(command, user);
      await check({ exitCode, all });
    });

  it('tells which command was meant', async () => {
    const unknown = await run('npx firedrill rum', user);
    expect(unknown.exitCode).to.equal(2);
    expect(unknown.stderr).to.match(/there is no command rum\n.*did you mean run/);
  });

  it('lists the scenarios that it brings', async () => {
    const { stdout, exitCode } = await run('npx firedrill list', user);
    expect(exitCode).to.equal(0);
    expect(stdout).to.include('monthly-rent');
  });

  it('reads a system in TypeScript that takes its types from it', async () => {
    const file = join(user, 'firedrill.yaml');
    const system: unknown = parse(await readFile(file, 'utf8'));
    await rm(file);
    const typed = (extra: string) =>
      writeFile(
        join(user, 'firedrill.ts'),
        `import { defineSystem, type SystemInput } from 'firedrill';
const system: SystemInput = ${JSON.stringify(system)};
export default defineSystem({ ...system${extra} });\n`,
      );
    await typed('');
    const sound = await run('npx firedrill lint', user);
    expect(sound.all).to.include('Nothing was found.');
    expect(sound.exitCode).to.equal(0);
    await typed(', journey: {}');
    const faulty = await run('npx firedrill lint', user);
    expect(faulty.all).to.match(/^firedrill\.ts: journey: there is no such key .*\n.*journeys/m);
    expect(faulty.exitCode).to.equal(1);
  });

  it('has declarations of what it exports', async () => {
    const page = await readFile(join(project, 'docs', 'your-system.md'), 'utf8');
    const [, documented = ''] = /^```ts\n([\s\S]*?)^```$/m.exec(page) ?? [];
    await writeFile(join(user, 'documented.ts'), documented);
    const code = "import { firedrillAssertions, readRecord, type Scenario } from 'firedrill';\n";
    await writeFile(
      join(user, 'use.ts'),
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
        'documented.ts',
      ],
      { cwd: user, reject: false, all: true },
    );
    expect(exitCode, all).to.equal(0);
  });
});
