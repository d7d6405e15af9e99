import { met, notYet, until } from '../../../core/poll.ts';
import type { Receiver } from '../receivers.ts';

export interface Reply {
  readonly status: number;
  readonly body: string;
  readonly headers: Headers;
}

/** Posts JSON (or, as a string, whatever it is) and reads the answer. */
export async function post(url: string, body: unknown, contentType = 'application/json'): Promise<Reply> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': contentType },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    redirect: 'error',
  });
  return { status: response.status, body: await response.text(), headers: response.headers };
}

/** Waits until a receiver has a delivery of this index. */
export const delivered = (receiver: Receiver, index = 0) =>
  until(
    `delivery ${index}`,
    () => {
      const delivery = receiver.deliveries()[index];
      return delivery ? met(delivery) : notYet(`${receiver.deliveries().length} deliveries`);
    },
    { where: receiver.kind, withinMs: 5000, everyMs: 5, signal: new AbortController().signal },
  );
