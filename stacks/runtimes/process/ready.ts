import { readFile } from 'node:fs/promises';
import { statusOf } from '../../../core/http.ts';
import { met, notYet, type PollResult } from '../../../core/poll.ts';
import type { Readiness } from '../../component.ts';

/**
 * One look at whether a component can do its work.
 *
 * @param address `host:port` of the port it names.
 * @param log the file that takes its output.
 */
export async function lookReady(
  ready: Readiness,
  address: string,
  log: string,
  signal: AbortSignal,
): Promise<PollResult<true>> {
  if (ready.kind === 'log') {
    const text = await readFile(log, 'utf8');
    return text.includes(ready.line) ? met(true) : notYet(`its log does not say “${ready.line}” yet`);
  }
  const url = `http://${address}${ready.path}`;
  const status = await statusOf(url, 2_000, signal);
  return status === 200 ? met(true) : notYet(`${url} answers ${status}`);
}
