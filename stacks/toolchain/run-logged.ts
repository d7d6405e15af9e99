import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { endOnAbort, signalProcessGroup } from '../../core/process-group.ts';

export interface LoggedRun {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Both outputs are appended here, after the command itself. */
  readonly log: string;
  /** Ends the command and everything it started: TERM, and KILL after the grace. */
  readonly signal: AbortSignal;
}

/** How long a build may take to end by itself after TERM, in milliseconds. */
const graceMs = 3_000;

/**
 * Runs a command as a process group of its own, with its output in a file.
 *
 * @returns `undefined` when it succeeded or was aborted (ask the signal which), else how it ended.
 * @throws the operating system's error when it cannot be started.
 */
export async function runLogged({
  file,
  args,
  cwd,
  env,
  log,
  signal,
}: LoggedRun): Promise<string | undefined> {
  signal.throwIfAborted();
  await using output = await open(log, 'a');
  await output.write(`$ ${[file, ...args].join(' ')}\n`);
  const child = spawn(file, args, { cwd, env, detached: true, stdio: ['ignore', output.fd, output.fd] });
  const ended = exitOf(child);
  await once(child, 'spawn');
  const pid = child.pid as number;
  const guard = guardOf(pid);
  using _ = endOnAbort(signal, (name) => signalProcessGroup(pid, name), 'SIGTERM', graceMs);
  try {
    const [code, killedBy]: [number | null, string | null] = await ended;
    if (code === 0 || signal.aborted) return undefined;
    return killedBy ? `was ended by ${killedBy}` : `ended with exit code ${code}`;
  } finally {
    // What the command itself left behind.
    signalProcessGroup(pid, 'SIGKILL');
    if (guard.pid !== undefined) signalProcessGroup(guard.pid, 'SIGKILL');
  }
}

const exitOf = (child: ChildProcess) =>
  new Promise<[number | null, string | null]>((resolve) => {
    child.once('exit', (code, killedBy) => resolve([code, killedBy]));
  });

/**
 * Ends the group when this process dies without having had the chance (kill -9): the guard's input then
 * reaches its end.
 */
function guardOf(group: number): ChildProcess {
  const script = `read -r _; kill -s TERM -- "-$0"; sleep ${graceMs / 1000}; kill -s KILL -- "-$0"`;
  const guard = spawn('/bin/sh', ['-c', script, String(group)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without a shell there is no guard, and the build is none the worse for it.
  guard.on('error', () => {});
  guard.unref();
  return guard;
}
