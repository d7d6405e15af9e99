/** How a call of another service went wrong. `refused` means that it answered, with an error. */
export type CallFault = 'timeout' | 'unreachable' | 'refused';

export class CallError extends Error {
  readonly fault: CallFault;
  /** The status and the error code of the answer, when there was one. */
  readonly status: number | undefined;
  readonly code: string | undefined;

  constructor(
    fault: CallFault,
    message: string,
    answer: { status?: number; code?: string } = {},
    cause?: unknown,
  ) {
    super(message, { cause });
    this.name = 'CallError';
    this.fault = fault;
    this.status = answer.status;
    this.code = answer.code;
  }
}

/**
 * The level at which to log what a request died of. ERROR means a bug, which someone is to look for: a call that
 * failed is none of the caller's, and the service that failed says so itself.
 */
export const levelOf = (error: unknown): 'warn' | 'error' => (error instanceof CallError ? 'warn' : 'error');

export interface Downstream {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
}

/**
 * A JSON client of another service. The trace context travels in the headers that the instrumentation adds.
 *
 * @param timeoutMs time limit of one call with its answer, in milliseconds.
 * @throws CallError from every call that does not end in a 2xx answer.
 */
export function downstream(service: string, baseUrl: string, timeoutMs: number): Downstream {
  const call = async <T>(path: string, init: RequestInit): Promise<T> => {
    const what = `${init.method} ${path} of ${service}`;
    let status: number;
    let body: unknown;
    try {
      const response = await fetch(new URL(path, baseUrl), {
        ...init,
        signal: AbortSignal.timeout(timeoutMs),
      });
      status = response.status;
      body = await response.json();
    } catch (error) {
      if (error instanceof Error && error.name === 'TimeoutError') {
        throw new CallError('timeout', `${what} took longer than ${timeoutMs} ms`, {}, error);
      }
      throw new CallError('unreachable', `${what} gave no answer`, {}, error);
    }
    if (status < 300) return body as T;
    const { error: code = 'unknown' } = body as { error?: string };
    throw new CallError('refused', `${what} answered ${status} ${code}`, { status, code });
  };
  return {
    get: (path) => call(path, { method: 'GET' }),
    post: (path, body) =>
      call(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
  };
}
