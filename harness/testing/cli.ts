import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { type DrillRecord, recordSchema } from '../../core/record.ts';
import { leftBehindBy } from './left-behind.ts';

export const project = fileURLToPath(new URL('../..', import.meta.url));
const binaries = join(project, 'node_modules', '.bin');

/** A command as a user types it. */
export interface CliCommand {
  /** `{dir}` is the command's own temporary directory. */
  readonly args: readonly string[];
  /** Files to create first, by their path in that directory. Scripts (`#!`) become executable. */
  readonly files?: Readonly<Record<string, string>>;
  /** Where runs are kept; default `{dir}/runs`. */
  readonly runs?: string;
  /** Environment variables to change; `undefined` unsets one. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** JavaScript that Node runs before the command. */
  readonly imported?: string;
  readonly signal?: AbortSignal;
  /** Called when every component of a drill's stack is ready. */
  readonly onStarted?: () => void;
}

/** Result of a command, read before its directory was removed. */
export interface CliResult {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** Path of its temporary directory, which has been removed; for messages that contain the path. */
  readonly dir: string;
  /** The records that `--json` printed, one for each drill. */
  readonly printed: readonly DrillRecord[];
  /** `latest/record.json` and `latest/junit.xml`, if there was a run. */
  readonly kept?: { readonly record: DrillRecord; readonly junit: string };
  /** Processes and directories that the command should have ended or removed. */
  readonly left: readonly string[];
}

/** Longer than any command of a test takes: three drills, one after the other, on a busy machine. */
const atMostMs = 420_000;

/** Runs `npm run scenario` with these arguments and `--json`, in a process of its own. */
export async function runCli(command: CliCommand): Promise<CliResult> {
  const { args, files = {}, runs, env = {}, imported = '', signal, onStarted } = command;
  const dir = await mkdtemp(join(tmpdir(), 'drill-test-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(dir, path)), { recursive: true });
      await writeFile(join(dir, path), text, { mode: text.startsWith('#!') ? 0o755 : 0o644 });
    }
    const place = runs ?? join(dir, 'runs');
    const filled = args.map((arg) => arg.replaceAll('{dir}', dir));
    // Without this, the runtime would depend on the machine.
    const isChosen = filled.some((arg) => /^--(runtime|attach)/.test(arg));
    const pinned = isChosen ? [] : ['--runtime', 'process'];
    const subprocess = execa(
      'node',
      [...importing(imported), 'harness/cli.ts', ...filled, '--json', '--runs', place, ...pinned],
      {
        cwd: project,
        env: {
          // As with `npm run`, the project's node comes first.
          PATH: [binaries, process.env.PATH].join(delimiter),
          ...Object.fromEntries(
            Object.entries(env).map(([name, value]) => [name, value?.replaceAll('{dir}', dir)]),
          ),
        },
        reject: false,
        stdin: 'ignore',
        timeout: atMostMs,
        ...(signal ? { cancelSignal: signal } : {}),
      },
    );
    let output = '';
    subprocess.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('warm up: waits')) onStarted?.();
    });
    const { exitCode, stdout, stderr, timedOut } = await subprocess;
    if (timedOut) throw new Error(`${args.join(' ')} did not end within ${atMostMs / 1000} s:\n${stderr}`);
    const kept = await readKept(place);
    return {
      exitCode,
      stdout,
      stderr,
      dir,
      printed: stdout
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => recordSchema.parse(JSON.parse(line))),
      ...(kept ? { kept } : {}),
      left: await leftBehindBy(subprocess.pid),
    };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Arguments that make Node run this JavaScript first. */
export const importing = (javascript: string): string[] =>
  javascript === '' ? [] : ['--import', `data:text/javascript,${encodeURIComponent(javascript)}`];

async function readKept(runs: string): Promise<CliResult['kept']> {
  const latest = join(runs, 'latest');
  const record = await readFile(join(latest, 'record.json'), 'utf8').catch(() => undefined);
  if (record === undefined) return undefined;
  return {
    record: recordSchema.parse(JSON.parse(record)),
    junit: await readFile(join(latest, 'junit.xml'), 'utf8'),
  };
}
