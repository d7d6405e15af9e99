import { broken, messageOf } from '../core/errors.ts';
import { localClient } from '../core/http.ts';
import type { FaultContext } from './fault.ts';

export interface Question {
  readonly method: 'PUT' | 'POST' | 'DELETE';
  readonly pod: string;
  readonly port: number;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Statuses besides 2xx that are fine. */
  readonly alsoFine?: readonly number[];
}

/** A container with little processor, on a busy machine, takes its time to fill hundreds of MiB. Milliseconds. */
const withinMs = 20_000;

/**
 * Asks something of a component of the stack, within 20 s.
 *
 * @throws FiredrillError `broken` with the answer, or why there was none.
 */
export async function ask({ url, signal }: FaultContext, question: Question): Promise<void> {
  const { method, pod, port, path, body, headers = {}, alsoFine = [] } = question;
  const where = `fault: ${method} ${path} of ${pod}`;
  let answer: { status: number; data: unknown };
  try {
    answer = await localClient.request({
      method,
      url: `${url(pod, port)}${path}`,
      data: body,
      headers: { ...headers },
      signal,
      timeout: withinMs,
    });
  } catch (error) {
    signal.throwIfAborted();
    throw broken(where, messageOf(error), undefined, error);
  }
  const { status, data } = answer;
  if (status < 300 || alsoFine.includes(status)) return;
  throw broken(where, `answered ${status} ${JSON.stringify(data)}`);
}
