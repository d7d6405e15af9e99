import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { endOfGroup } from '../process-group.ts';

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
  const { code, signal: by, silent } = await endOfGroup(child, { signal, ask: 'SIGINT', graceMs, write });
  await silent();
  return code ?? 128 + (by ? constants.signals[by] : 0);
}
