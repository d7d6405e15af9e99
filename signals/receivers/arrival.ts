import type { IncomingMessage } from 'node:http';

/** The time at which a request arrived, on the wall clock and the monotonic clock. */
export interface ArrivalTime {
  /** Epoch milliseconds, with fractions. */
  readonly at: number;
  readonly monotonicMs: number;
}

/**
 * The current time. `at` follows the system clock, which the other components use for their timestamps but which has
 * whole milliseconds only. The fraction is taken from the finer `performance` clock while the two agree; that clock
 * does not follow adjustments of the system clock.
 */
export function now(): ArrivalTime {
  const monotonicMs = performance.now();
  const coarse = Date.now();
  const fine = performance.timeOrigin + monotonicMs;
  return { at: Math.min(Math.max(fine, coarse), coarse + 0.999), monotonicMs };
}

export interface Body {
  readonly text: string;
  /** Whether the body exceeded the limit; `text` is then truncated to it. */
  readonly tooLarge: boolean;
  /** Whether the sender closed the connection before the end. */
  readonly aborted: boolean;
}

/**
 * Reads a body to its end, since a sender reads the response only after sending everything, and keeps at most
 * `limitBytes`. It resolves in a separate turn of the event loop: of requests that arrive together, all are timestamped
 * before the first is handled.
 */
export function readBody(request: IncomingMessage, limitBytes: number): Promise<Body> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    if (bytes < limitBytes) chunks.push(chunk.subarray(0, limitBytes - bytes));
    bytes += chunk.length;
  });
  // The stream ends early only if the sender hangs up or its connection breaks.
  request.on('error', () => {});
  return new Promise((resolve) => {
    request.once('close', () => {
      setImmediate(() => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ text, tooLarge: bytes > limitBytes, aborted: !request.complete });
      });
    });
  });
}
