import type { IncomingMessage } from 'node:http';

/** When a request arrived, on both clocks. */
export interface Arrival {
  /** Epoch milliseconds, with fractions. */
  readonly at: number;
  readonly monotonicMs: number;
}

/**
 * The present moment. The system's clock is the one that the other components write their times by, but it
 * shows whole milliseconds only; the fraction comes from the finer clock, as far as the two agree (it does
 * not follow the system's clock when that is set).
 */
export function now(): Arrival {
  const monotonicMs = performance.now();
  const coarse = Date.now();
  const fine = performance.timeOrigin + monotonicMs;
  return { at: Math.min(Math.max(fine, coarse), coarse + 0.999), monotonicMs };
}

export interface Body {
  readonly text: string;
  /** Whether it went over the limit; `text` then ends there. */
  readonly tooLarge: boolean;
  /** Whether the sender went away before the end. */
  readonly aborted: boolean;
}

/**
 * Reads a body to its end, keeping at most `limitBytes`: a sender reads the answer only after it has sent all.
 * Settles in a turn of the event loop of its own, so that of requests that come at once every one has been
 * stamped before the first is judged.
 */
export function readBody(request: IncomingMessage, limitBytes: number): Promise<Body> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    if (bytes < limitBytes) chunks.push(chunk.subarray(0, limitBytes - bytes));
    bytes += chunk.length;
  });
  // Only the sender can end the stream early: it hung up, or its connection broke.
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
