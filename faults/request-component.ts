import { broken, messageOf } from '../core/errors.ts';
import { localClient } from '../core/http.ts';
import type { FaultContext } from './fault.ts';

export interface ComponentRequest {
  readonly method: 'PUT' | 'POST' | 'DELETE';
  readonly pod: string;
  readonly port: number;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Accepted statuses other than 2xx. */
  readonly acceptedStatuses?: readonly number[];
}

/** Time limit in milliseconds: a container with little CPU on a busy machine needs long to allocate hundreds of MiB. */
const withinMs = 20_000;

/**
 * Sends a request to a component of the stack, with a time limit of 20 s.
 *
 * @throws FiredrillError `broken` with the response, or the reason why there is none.
 */
export async function requestComponent(
  { url, signal }: FaultContext,
  question: ComponentRequest,
): Promise<void> {
  const { method, pod, port, path, body, headers = {}, acceptedStatuses: alsoFine = [] } = question;
  const where = `fault: ${method} ${path} of ${pod}`;
  let response: { status: number; data: unknown };
  try {
    response = await localClient.request({
      method,
      url: `${url(pod, port)}${path}`,
      data: body,
      headers: { ...headers },
      signal,
      timeout: withinMs,
      // A redirect may lead anywhere.
      maxRedirects: 0,
    });
  } catch (error) {
    signal.throwIfAborted();
    throw broken(where, messageOf(error), undefined, error);
  }
  const { status, data } = response;
  if (status < 300 || alsoFine.includes(status)) return;
  throw broken(where, `answered ${status} ${JSON.stringify(data)}`);
}
