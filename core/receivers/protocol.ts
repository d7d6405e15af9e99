import type { Address } from './destination.ts';
import type { Message, PageContent, TextPart } from './page.ts';

/** A whole request. With its secrets it stays inside the receiver. */
export interface Incoming {
  readonly method: string;
  /** Path and query as sent. */
  readonly path: string;
  readonly contentType: string;
  readonly body: string;
  /** Whether the body went over the protocol's limit; `body` then ends there. */
  readonly tooLarge: boolean;
}

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A receiver's side of the conversation: without I/O, so that the server around it is the same for all. */
export interface Protocol {
  /** Bodies are kept up to this many bytes. */
  readonly limitBytes: number;
  /** What the real receiver answers. */
  answer(incoming: Incoming): Answer;
  /** The pages in the message, also in a refused one where it can be read. Given what is left after redaction. */
  pages(incoming: Incoming, answer: Answer): readonly PageContent[];
  /** The message as its reader sees it, where that is more than text. Given what is left after redaction. */
  message?(incoming: Incoming): Message | undefined;
  /** What the message says to its reader, part by part. Given what is left after redaction. */
  texts(incoming: Incoming): readonly TextPart[] | undefined;
  /**
   * What the vendor makes of a message that it takes, to be said of each of its pages. Called for those alone, in their
   * order, and given the request with its secrets.
   */
  taken?(incoming: Incoming, answer: Answer): Partial<PageContent>;
  /** Which of the places of its kind the request is for. Given the request with its secrets. */
  destination(incoming: Incoming): Address | undefined;
  /** What the real receiver answers to too many requests. */
  tooMany(retryAfterS: number): Answer;
  /** Takes this protocol's secrets out of the request's path and body; absent: it knows none. */
  redact?(incoming: Pick<Incoming, 'path' | 'body'>): { path: string; body: string };
}

export const redacted = '[redacted]';

export type Json = Readonly<Record<string, unknown>>;

/** A JSON object, or `undefined` for anything else. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export const asObject = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;

export const asString = (value: unknown): string => (typeof value === 'string' ? value : '');

export const asArray = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const isBlank = (value: unknown): boolean => typeof value !== 'string' || value.trim() === '';

export const jsonAnswer = (status: number, body: unknown): Answer => ({
  status,
  contentType: 'application/json',
  body: JSON.stringify(body),
});

/** Every text in a JSON value, at any depth, in order. */
export function textsBelow(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsBelow);
  return Object.values(asObject(value) ?? {}).flatMap(textsBelow);
}
