import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { endOnAbort, signalProcessGroup } from '../../core/process-group.ts';

export interface LoggedRun {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** File to which the command line and both output streams are appended. */
  readonly log: string;
  /** Ends the command and all its child processes: SIGTERM, then SIGKILL after the grace period. */
  readonly signal: AbortSignal;
}

/** Grace period of a build after SIGTERM, in milliseconds. */
const graceMs = 3_000;

/**
 * Runs a command in its own process group, with its output in a file.
 *
 * @returns `undefined` if it succeeded or was aborted (check the signal), otherwise how it ended.
 * @throws the operating system's error if it cannot be started.
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
    // Child processes of the command that are still running.
    signalProcessGroup(pid, 'SIGKILL');
    if (guard.pid !== undefined) signalProcessGroup(guard.pid, 'SIGKILL');
  }
}

const exitOf = (child: ChildProcess) =>
  new Promise<[number | null, string | null]>((resolve) => {
    child.once('exit', (code, killedBy) => resolve([code, killedBy]));
  });

/** Ends the process group if this process is killed (kill -9): then the guard's standard input is closed. */
function guardOf(group: number): ChildProcess {
  const script = `read -r _; kill -s TERM -- "-$0"; sleep ${graceMs / 1000}; kill -s KILL -- "-$0"`;
  const guard = spawn('/bin/sh', ['-c', script, String(group)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without a shell there is no guard; the build works anyway.
  guard.on('error', () => {});
  guard.unref();
  return guard;
}
