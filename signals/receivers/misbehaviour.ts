import type { Protocol, ReceiverResponse } from '../../core/receivers/protocol.ts';

/** What a receiver is told to do instead of answering by its protocol. */
export type Misbehaviour = (
  | { readonly mode: 'respond'; readonly status: number; readonly body?: string }
  /** 429 in the vendor's words, with `Retry-After`. */
  | { readonly mode: 'rate-limit'; readonly retryAfterS: number }
  /** Takes the request and never answers, until the receiver closes or the sender gives up. */
  | { readonly mode: 'time-out' }
  /** Reads the request, then resets the connection (TCP RST). */
  | { readonly mode: 'reset' }
) & {
  /** For this many requests, counted as they arrive; without it for all until told otherwise. */
  readonly requests?: number;
};

/** What becomes of one request: an answer, or none in one of two ways. */
export type Reaction = { readonly answer: ReceiverResponse } | { readonly no: 'unanswered' | 'reset' };

/** Keeps the mode that is set and counts the requests it still applies to. */
export class NextMisbehaviour {
  #mode: Misbehaviour | undefined;
  #left = 0;

  set(mode: Misbehaviour | undefined): void {
    this.#mode = mode;
    this.#left = mode?.requests ?? Number.POSITIVE_INFINITY;
  }

  /** The mode for the request that has just arrived. */
  take(): Misbehaviour | undefined {
    if (this.#left <= 0) return undefined;
    this.#left -= 1;
    return this.#mode;
  }
}

export function react(mode: Misbehaviour, protocol: Protocol): Reaction {
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
      return { no: 'unanswered' };
    case 'reset':
      return { no: 'reset' };
  }
}
