import { onAbort } from './on-abort.ts';

/** Signals every process of a group that a child of ours leads. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has ended.
  }
}

/** Once the signal is aborted, has `send` ask for an end, and kill after `graceMs` milliseconds; no more when disposed of. */
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
