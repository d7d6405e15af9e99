import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { type DrillRecord, recordSchema } from '../../core/record.ts';
import { leftBehindBy } from './left-behind.ts';

export const project = fileURLToPath(new URL('../..', import.meta.url));
const binaries = join(project, 'node_modules', '.bin');

/** A command as a person types it. */
export interface Command {
  /** `{dir}` is the command's own temporary directory. */
  readonly args: readonly string[];
  /** Files that are there beforehand, by their path in that directory; scripts (`#!`) are executable. */
  readonly files?: Readonly<Record<string, string>>;
  /** Where runs are kept; default `{dir}/runs`. */
  readonly runs?: string;
  /** Laid over our own environment; `undefined` unsets. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** JavaScript that Node runs before the command. */
  readonly imported?: string;
  readonly signal?: AbortSignal;
  /** Called when a drill's stack has been started and warmed up. */
  readonly onWarm?: () => void;
}

/** What a command did, all of it read before its directory was removed. */
export interface Ended {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** Its temporary directory, for messages that name it; removed by now. */
  readonly dir: string;
  /** The records of `--json`, one for each drill. */
  readonly printed: readonly DrillRecord[];
  /** `latest/record.json` and `latest/junit.xml`, where there was a run. */
  readonly kept?: { readonly record: DrillRecord; readonly junit: string };
  /** What the command should have ended or removed, and did not. */
  readonly left: readonly string[];
}

/** Longer than any drill that waits for everything it can wait for. */
const atMostMs = 240_000;

/** Runs `npm run scenario` with these arguments and `--json`, in a process of its own. */
export async function runCli(command: Command): Promise<Ended> {
  const { args, files = {}, runs, env = {}, imported = '', signal, onWarm } = command;
  const dir = await mkdtemp(join(tmpdir(), 'drill-test-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(dir, path)), { recursive: true });
      await writeFile(join(dir, path), text, { mode: text.startsWith('#!') ? 0o755 : 0o644 });
    }
    const place = runs ?? join(dir, 'runs');
    const filled = args.map((arg) => arg.replaceAll('{dir}', dir));
    // Else it would be what the machine happens to have.
    const pinned = filled.some((arg) => arg.startsWith('--runtime')) ? [] : ['--runtime', 'process'];
    const subprocess = execa(
      'node',
      [...importing(imported), 'harness/cli.ts', ...filled, '--json', '--runs', place, ...pinned],
      {
        cwd: project,
        env: {
          // Where `npm run` looks first, and so the node that it runs.
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
    let told = '';
    subprocess.stderr.on('data', (chunk: Buffer) => {
      told += chunk.toString();
      if (told.includes('quiet gate: waits')) onWarm?.();
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

/** Arguments of Node that have it run some JavaScript first. */
export const importing = (javascript: string): string[] =>
  javascript === '' ? [] : ['--import', `data:text/javascript,${encodeURIComponent(javascript)}`];

async function readKept(runs: string): Promise<Ended['kept']> {
  const latest = join(runs, 'latest');
  const record = await readFile(join(latest, 'record.json'), 'utf8').catch(() => undefined);
  if (record === undefined) return undefined;
  return {
    record: recordSchema.parse(JSON.parse(record)),
    junit: await readFile(join(latest, 'junit.xml'), 'utf8'),
  };
}
