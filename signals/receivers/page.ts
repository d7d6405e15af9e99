/**
 * What receivers record. Everything here is plain JSON, free of secrets, and may go into a drill's record.
 */
export type ReceiverKind = 'telegram' | 'slack' | 'pagerduty' | 'webhook';

export type PageStatus = 'firing' | 'resolved';

/**
 * How the labels of a page were found:
 * - `exact`: the payload carries them as data (webhook);
 * - `rendered`: the message shows them by name, in fields, in the text list of Alertmanager or Grafana, or in
 *   `name: value` lines;
 * - `title`: only the title was there, so the alert name is its first word and there are no other labels.
 *   Weaker: with a `group_by` that leaves `alertname` out, the first word is another label's value.
 */
export type Precision = 'exact' | 'rendered' | 'title';

export interface Link {
  readonly url: string;
  /** What the reader sees instead of the address, where the message says so. */
  readonly text?: string;
}

/**
 * A stretch of a message that has a form or a link of its own; offset and length in UTF-16 units, which is how
 * JavaScript counts too. https://core.telegram.org/bots/api#messageentity
 */
export interface Entity {
  /** `bold`, `code`, `text_link` and so on, in the Bot API's words. */
  readonly type: string;
  readonly offset: number;
  readonly length: number;
  /** Of a `text_link`. */
  readonly url?: string;
  /** Of a `pre` that names one. */
  readonly language?: string;
}

/** A message as its reader sees it. */
export interface Message {
  readonly text: string;
  /** Sorted by offset; of two that begin together the longer comes first. They may nest. */
  readonly entities: readonly Entity[];
}

/** A part of a message that its reader sees, links and mark-up aside. */
export interface TextPart {
  /** Where it stands in the message, e.g. `attachments[0].text`. */
  readonly field: string;
  /** May be blank. */
  readonly text: string;
}

/** What an event did at a vendor that keeps incidents; `appended` notifies nobody, `ignored` has no effect. */
export type IncidentEffect = 'opened' | 'appended' | 'resolved' | 'ignored';

/** One alert in one delivery, as the person at that receiver sees it. */
export interface Page {
  /** Name of the receiver. */
  readonly receiver: string;
  /** Index into the receiver's `deliveries()`. */
  readonly deliveryIndex: number;
  /** Whether the receiver took the delivery. A page of a refused one reached nobody. */
  readonly accepted: boolean;
  /** Arrival, as in the delivery. */
  readonly at: number;
  readonly monotonicMs: number;
  readonly status: PageStatus;
  readonly alertname?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly precision: Precision;
  /** Epoch milliseconds, where the message shows them. */
  readonly startsAt?: number;
  readonly endsAt?: number;
  readonly title: string;
  readonly text: string;
  readonly color?: string;
  /** What the message names besides labels and annotations, e.g. PagerDuty's `severity` and `source`. */
  readonly fields: Readonly<Record<string, string>>;
  readonly links: readonly Link[];
  /** Whether the sender asked that its arrival make no sound. */
  readonly silent?: boolean;
  /** What ties a resolution to its trigger: PagerDuty's dedup_key, the webhook's fingerprint. */
  readonly dedupKey?: string;
  /** What PagerDuty is told of how grave it is. */
  readonly severity?: string;
  /** Of a page at PagerDuty that was taken. */
  readonly incident?: IncidentEffect;
  /** How many alerts this page stands for: 1, or more where a grouped message does not show each. */
  readonly alertCount: number;
}

/**
 * - `accepted`: answered 2xx by the protocol;
 * - `refused`: answered otherwise, by the protocol or because the receiver was told to;
 * - `unanswered`, `reset`: the receiver was told to;
 * - `aborted`: the sender went away before its request was whole.
 */
export type Outcome = 'accepted' | 'refused' | 'unanswered' | 'reset' | 'aborted';

/** Where a request was sent to, of all the places that its receiver stands for; see `destination.ts`. */
export interface Destination {
  /** SHA-256 of the address, in hexadecimal. */
  readonly digest: string;
  readonly detail: string;
}

/** One request to a receiver, accepted or not. */
export interface Delivery {
  readonly receiver: string;
  readonly kind: ReceiverKind;
  /** Index into the receiver's `deliveries()`, which is in the order in which requests were decided. */
  readonly index: number;
  /** Wall time in epoch milliseconds (with fractions) at which the request's headers had been read. */
  readonly at: number;
  /** The same moment on the clock of `performance.now()`. */
  readonly monotonicMs: number;
  readonly method: string;
  /** With the secret part of a Slack path, the token of a Telegram path and the values of a query replaced. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** As received, up to the receiver's size limit, with routing keys and tokens replaced. */
  readonly body: string;
  /** Size of the whole body in bytes. */
  readonly bodyBytes: number;
  readonly outcome: Outcome;
  readonly accepted: boolean;
  /** `null` when nothing was answered. */
  readonly response: { readonly status: number; readonly body: string } | null;
  readonly pages: readonly Page[];
  /** Absent where the request names no place. */
  readonly destination?: Destination;
  /** What the reader sees, or would if it had been accepted; only of Telegram, and only where it can be parsed. */
  readonly message?: Message;
  /** What it says, part by part; absent where it cannot be read. */
  readonly texts?: readonly TextPart[];
}
