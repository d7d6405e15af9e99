import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { met, notYet, until } from '../../../core/poll.ts';
import { project } from '../../testing/cli.ts';

/** `firedrill receivers` in a process of its own. */
export interface LiveReceivers extends AsyncDisposable {
  readonly pid: number;
  readonly url: string;
  /** The settings that it printed for programs that send through it. */
  readonly env: Readonly<Record<string, string>>;
  /** Standard output and standard error so far. */
  readonly output: { readonly stdout: string; readonly stderr: string };
  readonly exitCode: Promise<number | undefined>;
}

/** Starts the command on a free port, and returns when it listens. */
export async function startReceivers(...args: string[]): Promise<LiveReceivers> {
  const output = { stdout: '', stderr: '' };
  const subprocess = execa(
    'node',
    ['harness/firedrill.ts', 'receivers', '--listen', '127.0.0.1:0', ...args],
    {
      cwd: project,
      env: { PATH: [join(project, 'node_modules', '.bin'), process.env.PATH].join(delimiter) },
      reject: false,
      stdin: 'ignore',
    },
  );
  for (const name of ['stdout', 'stderr'] as const)
    subprocess[name].on('data', (chunk: Buffer) => {
      output[name] += chunk.toString();
    });
  const exitCode = subprocess.then((ended) => ended.exitCode);
  const url = await until(
    'its addresses',
    () => {
      const all = output.stdout + output.stderr;
      const found = /^What came: (\S+)\/pages;/m.exec(all)?.[1];
      return found ? met(found) : notYet(all);
    },
    { where: 'receivers', withinMs: 120_000, everyMs: 10, signal: new AbortController().signal },
  );
  const told = (output.stdout + output.stderr).matchAll(/^ {2}([A-Z_]+)=(.*)$/gm);
  return {
    pid: subprocess.pid as number,
    url,
    env: Object.fromEntries([...told].map(([, name = '', value = '']) => [name, value])),
    output,
    exitCode,
    async [Symbol.asyncDispose]() {
      subprocess.kill('SIGKILL');
      await exitCode;
    },
  };
}
