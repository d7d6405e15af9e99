import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a script may take to end after INT, in milliseconds: drills revert their faults and stop their stacks. */
const graceMs = 90_000;

export interface ScriptOptions {
  /** The shell's arguments, the script's file last. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly write: (text: string | Buffer) => void;
  readonly signal: AbortSignal;
}

/**
 * Runs a script with bash; when aborted, it and what it started are asked to end as a person would ask (INT).
 *
 * @returns its exit code, as a shell tells it.
 * @throws the operating system's error when it cannot be started.
 */
export async function runScript({ args, cwd, env, write, signal }: ScriptOptions): Promise<number> {
  // A group of its own, so that a Ctrl-C at the terminal is passed on once.
  const child = spawn('bash', args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.on('data', write);
  child.stderr.on('data', write);
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const closed = once(child, 'close');
  closed.catch(() => {});
  let kill: NodeJS.Timeout | undefined;
  const stop = () => {
    signalGroup(child, 'SIGINT');
    kill = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  try {
    const [code, by] = await exited;
    // The last words may arrive after the end. Something unknown that still holds the pipe is not waited for.
    await Promise.race([closed, sleep(1_000)]);
    child.stdout.destroy();
    child.stderr.destroy();
    return code ?? 128 + (by ? constants.signals[by] : 0);
  } finally {
    signal.removeEventListener('abort', stop);
    clearTimeout(kill);
  }
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left in the group.
  }
}
