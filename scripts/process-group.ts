import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { endOnAbort, signalProcessGroup } from '../core/process-group.ts';

/** How the leader of a group ended. */
export interface GroupEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Waits for its last words, which may arrive after its end; something unknown that still holds the pipe is not waited for. */
  readonly silent: () => Promise<void>;
}

export interface GroupOptions {
  /** When aborted, the whole group is sent `ask`, and KILL after `graceMs` milliseconds. */
  readonly signal: AbortSignal;
  readonly ask: NodeJS.Signals;
  readonly graceMs: number;
  readonly write: (text: Buffer) => void;
}

/**
 * Waits for the end of a child that leads a group of its own, and has its words written.
 *
 * @throws the operating system's error when it could not be started.
 */
export async function endOfGroup(
  child: ChildProcessByStdio<null, Readable, Readable>,
  { signal, ask, graceMs, write }: GroupOptions,
): Promise<GroupEnd> {
  child.stdout.on('data', write);
  child.stderr.on('data', write);
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const closed = once(child, 'close');
  closed.catch(() => {});
  const silent = async () => {
    await Promise.race([closed, sleep(1_000)]);
    child.stdout.destroy();
    child.stderr.destroy();
  };
  const send = (name: NodeJS.Signals) => {
    if (child.pid !== undefined) signalProcessGroup(child.pid, name);
  };
  using _ = endOnAbort(signal, send, ask, graceMs);
  const [code, by] = await exited;
  return { code, signal: by, silent };
}
