import type { Protocol, ReceiverResponse } from '../../core/receivers/protocol.ts';

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
};

/** The outcome of one request: a response, or no response in one of two ways. */
export type Reaction =
  | { readonly answer: ReceiverResponse }
  | { readonly noResponse: 'unanswered' | 'reset' };

/** Holds the current misbehaviour and counts down the requests it applies to. */
export class MisbehaviourCounter {
  #mode: Misbehaviour | undefined;
  #left = 0;

  set(mode: Misbehaviour | undefined): void {
    this.#mode = mode;
    this.#left = mode?.requests ?? Number.POSITIVE_INFINITY;
  }

  /** The misbehaviour for the request that has just arrived. */
  take(): Misbehaviour | undefined {
    if (this.#left <= 0) return undefined;
    this.#left -= 1;
    return this.#mode;
  }
}

export function reactionTo(mode: Misbehaviour, protocol: Protocol): Reaction {
  switch (mode.mode) {
    case 'respond':
      return { answer: { status: mode.status, contentType: 'text/plain', body: mode.body ?? '' } };
    case 'rate-limit':
      return {
        answer: {
          ...protocol.tooMany(mode.retryAfterS),
          headers: { 'retry-after': String(mode.retryAfterS) },
        },
      };
    case 'time-out':
      return { noResponse: 'unanswered' };
    case 'reset':
      return { noResponse: 'reset' };
  }
}
