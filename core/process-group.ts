import { onAbort } from './on-abort.ts';

/** Sends a signal to every process in the group of a child process. */
export function signalProcessGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has ended.
  }
}

/** When `signal` is aborted, sends `ask`, and SIGKILL after `graceMs` milliseconds, until disposed of. */
export function endOnAbort(
  signal: AbortSignal,
  send: (name: NodeJS.Signals) => void,
  ask: NodeJS.Signals,
  graceMs: number,
): Disposable {
  let kill: NodeJS.Timeout | undefined;
  const asking = onAbort(signal, () => {
    send(ask);
    kill = setTimeout(() => send('SIGKILL'), graceMs);
  });
  return {
    [Symbol.dispose]: () => {
      asking[Symbol.dispose]();
      clearTimeout(kill);
    },
  };
}
