import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Arrival, type Body, now, readBody, recordedHeaders } from './arrival.ts';
import { destinationOf } from './destination.ts';
import { type ListenOptions, serveHttp } from './http-server.ts';
import { type Misbehaviour, NextMisbehaviour, type Reaction, react } from './misbehaviour.ts';
import type { Delivery, Outcome, ReceiverKind } from './page.ts';
import { pagerduty } from './pagerduty.ts';
import { type Credentials, type Incoming, type PageContent, type Protocol, redacted } from './protocol.ts';
import { slack } from './slack.ts';
import { telegram } from './telegram/telegram.ts';
import { webhook } from './webhook.ts';

export type { Misbehaviour } from './misbehaviour.ts';
export type {
  Delivery,
  Entity,
  Link,
  Message,
  Outcome,
  Page,
  PageStatus,
  Precision,
  ReceiverKind,
  TextPart,
} from './page.ts';
export type { Credentials } from './protocol.ts';
export { type SlackError, slackErrors } from './slack.ts';

/** An emulated receiver, listening until it is closed. */
export interface Receiver extends AsyncDisposable {
  readonly kind: ReceiverKind;
  readonly name: string;
  /** `http://<bind>:<port>`; Slack's webhook path, PagerDuty's `/v2/enqueue` or Telegram's `/bot<token>/…` comes after it. */
  readonly url: string;
  /** Every request so far, accepted or not, in the order in which they were decided. A sender has its answer only after this has the delivery. */
  deliveries(): readonly Delivery[];
  /** Calls `listener`, which must not throw, for each further delivery. @returns the way to stop it. */
  onDelivery(listener: (delivery: Delivery) => void): () => void;
  /** From the next request on; `undefined` makes it behave again. */
  misbehave(mode: Misbehaviour | undefined): void;
  /** Ends every connection, also those left without an answer. Idempotent. */
  close(): Promise<void>;
}

export interface ReceiverOptions extends ListenOptions {
  readonly name: string;
  readonly credentials?: Credentials;
}

const protocols: Record<ReceiverKind, (credentials?: Credentials) => Protocol> = {
  telegram,
  slack,
  pagerduty,
  webhook,
};

/**
 * Opens a receiver, to be closed by the caller.
 *
 * @throws FiredrillError `broken` when its address cannot be had.
 */
export async function openReceiver(kind: ReceiverKind, options: ReceiverOptions): Promise<Receiver> {
  const { name, credentials } = options;
  const handler = new RequestHandler(name, protocols[kind](credentials));
  const server = await serveHttp(`receiver ${name}`, options, (request, response) =>
    handler.receive(request, response),
  );
  return {
    kind,
    name,
    url: server.url,
    deliveries: () => handler.deliveries,
    onDelivery: (listener) => {
      handler.listeners.add(listener);
      return () => handler.listeners.delete(listener);
    },
    misbehave: (mode) => handler.misbehaviour.set(mode),
    close: () => server.close(),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** Takes requests in: clock first, then body, judgement, record, answer. */
class RequestHandler {
  readonly deliveries: Delivery[] = [];
  readonly listeners = new Set<(delivery: Delivery) => void>();
  readonly misbehaviour = new NextMisbehaviour();
  readonly #name: string;
  readonly #protocol: Protocol;

  constructor(name: string, protocol: Protocol) {
    this.#name = name;
    this.#protocol = protocol;
  }

  /** Called as soon as the request's headers have been read; the clock is looked at before anything else. */
  receive(request: IncomingMessage, response: ServerResponse): void {
    const arrival = now();
    const mode = this.misbehaviour.take();
    void readBody(request, this.#protocol.limitBytes).then((body) => {
      this.#decide(request, response, arrival, body, mode);
    });
  }

  #decide(
    request: IncomingMessage,
    response: ServerResponse,
    arrival: Arrival,
    body: Body,
    mode: Misbehaviour | undefined,
  ): void {
    const incoming: Incoming = {
      method: request.method ?? '',
      path: request.url ?? '',
      contentType: request.headers['content-type'] ?? '',
      body: body.text,
      tooLarge: body.tooLarge,
    };
    const judged = this.#protocol.answer(incoming);
    const reaction: Reaction = mode ? react(mode, this.#protocol) : { answer: judged };
    // Pages are read from what is left after redaction, since a message may repeat a secret in its text.
    const safe = { ...incoming, ...this.#protocol.redact(incoming) };
    const isTaken = outcomeWith(reaction, body) === 'accepted';
    const made = isTaken ? this.#protocol.taken?.(incoming, judged) : undefined;
    const pages = this.#protocol.pages(safe, judged).map((page) => ({ ...page, ...made }));
    const message = this.#protocol.message?.(safe);
    const texts = this.#protocol.texts(safe);
    const address = this.#protocol.destination(incoming);
    const answer = 'answer' in reaction && !body.aborted ? reaction.answer : undefined;
    // An answer may repeat what was sent, secrets and all.
    const told = this.#protocol.redact({ path: incoming.path, body: answer?.body ?? '' }).body;
    const delivery = {
      ...this.#record(request, arrival, body, safe, reaction, pages),
      response: answer ? { status: answer.status, body: told } : null,
      ...(address && { destination: destinationOf(address) }),
      ...(message && { message }),
      ...(texts && { texts }),
    };
    this.deliveries.push(delivery);
    if (!body.aborted) send(response, reaction);
    for (const listener of this.listeners) listener(delivery);
  }

  #record(
    request: IncomingMessage,
    arrival: Arrival,
    body: Body,
    safe: Incoming,
    reaction: Reaction,
    pages: readonly PageContent[],
  ): Omit<Delivery, 'response'> {
    const outcome = outcomeWith(reaction, body);
    const accepted = outcome === 'accepted';
    const index = this.deliveries.length;
    return {
      receiver: this.#name,
      kind: this.#protocol.kind,
      index,
      ...arrival,
      method: safe.method,
      path: safe.path.replace(/\?.+$/s, `?${redacted}`),
      headers: recordedHeaders(request, redacted),
      body: safe.body,
      bodyBytes: body.bytes,
      outcome,
      accepted,
      pages: pages.map((page) => ({
        receiver: this.#name,
        deliveryIndex: index,
        accepted,
        ...arrival,
        ...page,
      })),
    };
  }
}

function outcomeWith(reaction: Reaction, { aborted }: Body): Outcome {
  if (aborted) return 'aborted';
  if ('no' in reaction) return reaction.no;
  return reaction.answer.status >= 200 && reaction.answer.status < 300 ? 'accepted' : 'refused';
}

function send(response: ServerResponse, reaction: Reaction): void {
  if ('no' in reaction) {
    if (reaction.no === 'reset') response.socket?.resetAndDestroy();
    return;
  }
  const { status, contentType, headers, body } = reaction.answer;
  response.writeHead(status, { 'content-type': contentType, ...headers }).end(body);
}
