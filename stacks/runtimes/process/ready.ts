import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../../core/errors.ts';
import { statusOf } from '../../../core/http.ts';
import { met, notYet, type PollResult } from '../../../core/poll.ts';
import type { Readiness } from '../../component.ts';

/**
 * Checks once whether a component is ready that no command tells of.
 *
 * @param address `host:port` of the readiness check.
 * @param log the file with its output.
 * @param from where the output of its latest start begins in that file, in bytes.
 * @param heldMs how long a connection must stay open to count as accepted. A proxy of ports, such as Docker's, accepts
 *   every connection, and closes it at once if nothing listens behind it.
 */
export async function checkReady(
  ready: Exclude<Readiness, { kind: 'command' }>,
  address: string,
  log: string,
  signal: AbortSignal,
  from = 0,
  heldMs = 0,
): Promise<PollResult<true>> {
  if (ready.kind === 'log') {
    const text = (await readFile(log)).subarray(from).toString();
    return text.includes(ready.line) ? met(true) : notYet(`its log does not contain “${ready.line}” yet`);
  }
  if (ready.kind === 'tcp') {
    const problem = await connectionProblem(address, 2_000, heldMs, signal);
    return problem === undefined ? met(true) : notYet(`${address} accepts no connection: ${problem}`);
  }
  const url = `http://${address}${ready.path}`;
  const status = await statusOf(url, 2_000, signal);
  return status === 200 ? met(true) : notYet(`${url} answers ${status}`);
}

/** Why nothing accepts a connection at `host:port`; `undefined` if it does. */
async function connectionProblem(
  address: string,
  withinMs: number,
  heldMs: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const [host = '', port = ''] = address.split(':');
  const socket = createConnection({ host, port: Number(port) });
  try {
    await once(socket, 'connect', { signal: AbortSignal.any([signal, AbortSignal.timeout(withinMs)]) });
    if (heldMs === 0) return undefined;
    socket.resume();
    const closed = once(socket, 'close').then(() => 'it was closed at once');
    return await Promise.race([closed, sleep(heldMs, undefined, { signal })]);
  } catch (error) {
    signal.throwIfAborted();
    return messageOf(error);
  } finally {
    socket.destroy();
  }
}
