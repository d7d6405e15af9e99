import type { Address } from './destination.ts';
import type { Message, PageContent, TextPart } from './page.ts';

/** A complete request. It contains secrets and must not leave the receiver. */
export interface IncomingRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly path: string;
  readonly contentType: string;
  /** The header of that name; absent: the request has none. */
  readonly authorization?: string;
  readonly body: string;
  /** Whether the body exceeded the protocol's limit; `body` is then truncated to it. */
  readonly tooLarge: boolean;
}

export interface ReceiverResponse {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The vendor does not deliver the message, although the status is one of success. */
  readonly refused?: true | undefined;
}

/** Whether an answer takes the message. */
export const takesMessage = ({ status, refused }: Pick<ReceiverResponse, 'status' | 'refused'>): boolean =>
  status >= 200 && status < 300 && refused !== true;

/** What of a request may be recorded once its secrets are removed. */
export type Redactable = Pick<IncomingRequest, 'path' | 'contentType' | 'body'>;

/** The behaviour of an emulated receiver, without I/O: all kinds share one server. */
export interface Protocol {
  /** Size limit of a body; longer ones are truncated. */
  readonly limitBytes: number;
  /** The response of the real receiver. */
  answer(incoming: IncomingRequest): ReceiverResponse;
  /** The pages in the message, including those of a refused one if it can be read. The request is redacted. */
  pages(incoming: IncomingRequest, answer: ReceiverResponse): readonly PageContent[];
  /** The message as displayed, if it is more than plain text. The request is redacted. */
  message?(incoming: IncomingRequest): Message | undefined;
  /** The displayed texts of the message. The request is redacted. */
  texts(incoming: IncomingRequest): readonly TextPart[] | undefined;
  /**
   * The vendor's effect on the pages of an accepted message. Called for accepted messages only, in order, with the
   * request including its secrets.
   */
  onAccepted?(incoming: IncomingRequest, answer: ReceiverResponse): Partial<PageContent>;
  /** The address that the request is for. The request includes its secrets. */
  destination(incoming: IncomingRequest): Address | undefined;
  /** The real receiver's response to too many requests. */
  tooMany(retryAfterS: number, incoming: Pick<IncomingRequest, 'path'>): ReceiverResponse;
  /** Removes this protocol's secrets from the request's path and body; absent: it has none. */
  redact?(incoming: Redactable): { path: string; body: string };
  /** Whether a request is meant to carry a message; absent: all are. Others ask for a token first, say. */
  isMessage?(incoming: IncomingRequest): boolean;
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

export const jsonResponse = (status: number, body: unknown): ReceiverResponse => ({
  status,
  contentType: 'application/json',
  body: JSON.stringify(body),
});

/** Every string in a JSON value, at any depth, in order. */
export function textsBelow(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsBelow);
  return Object.values(asObject(value) ?? {}).flatMap(textsBelow);
}
