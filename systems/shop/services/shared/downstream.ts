/** How a call to another service failed. `refused`: it responded with an error. */
export type CallFault = 'timeout' | 'unreachable' | 'refused';

export class CallError extends Error {
  readonly fault: CallFault;
  /** Status and error code of the response, if there was one. */
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
 * The level for logging why a request failed. ERROR means a bug in this service; a failed call is logged as an error by
 * the called service.
 */
export const levelOf = (error: unknown): 'warn' | 'error' => (error instanceof CallError ? 'warn' : 'error');

export interface Downstream {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
}

/**
 * A JSON client for another service. The instrumentation adds the trace context to the headers.
 *
 * @param timeoutMs time limit of one call including its response, in milliseconds.
 * @throws CallError from every call without a 2xx response.
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
