import type { IncomingRequest, Protocol, ReceiverResponse } from '../../core/receivers/protocol.ts';

/** A failure that a receiver simulates instead of following its protocol. */
export type Misbehaviour = (
  | { readonly mode: 'respond'; readonly status: number; readonly body?: string }
  /** The vendor's 429 response, with `Retry-After`. */
  | { readonly mode: 'rate-limit'; readonly retryAfterS: number }
  /** Reads the request and never responds, until the receiver closes or the sender gives up. */
  | { readonly mode: 'time-out' }
  /** Reads the request, then resets the connection (TCP RST). */
  | { readonly mode: 'reset' }
) & {
  /** Number of requests it applies to, counted as they arrive; without it, it applies until it is changed. */
  readonly requests?: number;
  /** How long it goes on from the first request it applies to, in milliseconds; without it, until it is changed. */
  readonly forMs?: number;
};

/** The outcome of one request: a response, or no response in one of two ways. */
export type Reaction =
  | { readonly answer: ReceiverResponse }
  | { readonly noResponse: 'unanswered' | 'reset' };

/** Holds the current misbehaviour, and counts down the requests and the time it applies to. */
export class MisbehaviourCounter {
  #mode: Misbehaviour | undefined;
  #left = 0;
  #endsAt: number | undefined;

  set(mode: Misbehaviour | undefined): void {
    this.#mode = mode;
    this.#left = mode?.requests ?? Number.POSITIVE_INFINITY;
    this.#endsAt = undefined;
  }

  /** The misbehaviour for the request that has just arrived. */
  take(): Misbehaviour | undefined {
    if (this.#left <= 0) return undefined;
    const now = performance.now();
    this.#endsAt ??= now + (this.#mode?.forMs ?? Number.POSITIVE_INFINITY);
    if (now >= this.#endsAt) return undefined;
    this.#left -= 1;
    return this.#mode;
  }
}

export function reactionTo(mode: Misbehaviour, protocol: Protocol, incoming: IncomingRequest): Reaction {
  switch (mode.mode) {
    case 'respond':
      return { answer: { status: mode.status, contentType: 'text/plain', body: mode.body ?? '' } };
    case 'rate-limit':
      return {
        answer: {
          ...protocol.tooMany(mode.retryAfterS, incoming),
          headers: { 'retry-after': String(mode.retryAfterS) },
        },
      };
    case 'time-out':
      return { noResponse: 'unanswered' };
    case 'reset':
      return { noResponse: 'reset' };
  }
}
