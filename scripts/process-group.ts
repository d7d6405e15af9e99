import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { endOnAbort, signalProcessGroup } from '../core/process-group.ts';

/** How the leader of a process group ended. */
export interface GroupEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /**
   * Waits for the rest of its output, which may arrive after its end. Waits a second at most, because an unknown process
   * may hold the pipe open.
   */
  readonly outputClosed: () => Promise<void>;
}

export interface GroupOptions {
  /** When aborted, the whole group gets the signal `ask`, and KILL after `graceMs` milliseconds. */
  readonly signal: AbortSignal;
  readonly ask: NodeJS.Signals;
  readonly graceMs: number;
  readonly write: (text: Buffer) => void;
}

/**
 * Passes the output of a child to `write` and waits until the child ends. The child must lead its own process group.
 *
 * @throws the operating system's error when the child could not be started.
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
  const outputClosed = async () => {
    await Promise.race([closed, sleep(1_000)]);
    child.stdout.destroy();
    child.stderr.destroy();
  };
  const send = (name: NodeJS.Signals) => {
    if (child.pid !== undefined) signalProcessGroup(child.pid, name);
  };
  using _ = endOnAbort(signal, send, ask, graceMs);
  const [code, by] = await exited;
  return { code, signal: by, outputClosed };
}
