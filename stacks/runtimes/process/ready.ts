import { readFile } from 'node:fs/promises';
import { statusOf } from '../../../core/http.ts';
import { met, notYet, type PollResult } from '../../../core/poll.ts';
import type { Readiness } from '../../component.ts';

/**
 * Checks once whether a component is ready.
 *
 * @param address `host:port` of the readiness check.
 * @param log the file with its output.
 * @param from where the output of its latest start begins in that file, in bytes.
 */
export async function checkReady(
  ready: Readiness,
  address: string,
  log: string,
  signal: AbortSignal,
  from = 0,
): Promise<PollResult<true>> {
  if (ready.kind === 'log') {
    const text = (await readFile(log)).subarray(from).toString();
    return text.includes(ready.line) ? met(true) : notYet(`its log does not contain “${ready.line}” yet`);
  }
  const url = `http://${address}${ready.path}`;
  const status = await statusOf(url, 2_000, signal);
  return status === 200 ? met(true) : notYet(`${url} answers ${status}`);
}
