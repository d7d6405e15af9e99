import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Destination, destinationOf } from '../../core/receivers/destination.ts';
import type { Credentials } from '../../core/receivers/kind.ts';
import type { PageContent } from '../../core/receivers/page.ts';
import { type IncomingRequest, type Protocol, redacted } from '../../core/receivers/protocol.ts';
import { type ReceiverName, receiverKinds } from '../../core/receivers/receivers.ts';
import type { Delivery } from '../../core/record.ts';
import { type Arrival, type Body, now, readBody } from './arrival.ts';
import { type ListenOptions, serveHttp } from './http-server.ts';
import { type Misbehaviour, NextMisbehaviour, type Reaction, react } from './misbehaviour.ts';

/**
 * One request to a receiver, accepted or not: as the record keeps it, free of secrets, and what the drill alone needs of
 * it. Where nothing was answered, `responseBody` says what came of it: `unanswered` or `reset`, as the receiver was
 * told to, or `aborted`, since the sender went away before its request was whole.
 */
export interface Received extends Delivery {
  readonly accepted: boolean;
  readonly pages: readonly PageContent[];
  /** Absent where the request names no place. */
  readonly destination?: Destination;
}

/** An emulated receiver, listening until it is closed. */
export interface Receiver extends AsyncDisposable {
  readonly kind: ReceiverName;
  /** `http://<bind>:<port>`; Slack's webhook path, PagerDuty's `/v2/enqueue` or Telegram's `/bot<token>/…` comes after it. */
  readonly url: string;
  /** Every request so far, in the order in which they were decided. A sender has its answer only after this has it. */
  deliveries(): readonly Received[];
  /** Calls `listener`, which must not throw, for each further delivery. @returns the way to stop it. */
  onDelivery(listener: (delivery: Received) => void): () => void;
  /** From the next request on; `undefined` makes it behave again. */
  misbehave(mode: Misbehaviour | undefined): void;
  /** Ends every connection, also those left without an answer. Idempotent. */
  close(): Promise<void>;
}

export interface ReceiverOptions extends ListenOptions {
  readonly credentials?: Credentials;
}

/**
 * Opens a receiver, to be closed by the caller.
 *
 * @throws FiredrillError `broken` when its address cannot be had.
 */
export async function openReceiver(kind: ReceiverName, options: ReceiverOptions = {}): Promise<Receiver> {
  const handler = new RequestHandler(kind, receiverKinds[kind].open(options.credentials));
  const server = await serveHttp(`receiver ${kind}`, options, (request, response) =>
    handler.receive(request, response),
  );
  return {
    kind,
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
  readonly deliveries: Received[] = [];
  readonly listeners = new Set<(delivery: Received) => void>();
  readonly misbehaviour = new NextMisbehaviour();
  readonly #kind: ReceiverName;
  readonly #protocol: Protocol;

  constructor(kind: ReceiverName, protocol: Protocol) {
    this.#kind = kind;
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
    const protocol = this.#protocol;
    const incoming: IncomingRequest = {
      method: request.method ?? '',
      path: request.url ?? '',
      contentType: request.headers['content-type'] ?? '',
      body: body.text,
      tooLarge: body.tooLarge,
    };
    const judged = protocol.answer(incoming);
    const reaction: Reaction = mode ? react(mode, protocol) : { answer: judged };
    const hide = (one: Pick<IncomingRequest, 'path' | 'body'>) => protocol.redact?.(one) ?? one;
    // Pages are read from what is left after redaction, since a message may repeat a secret in its text.
    const safe = { ...incoming, ...hide(incoming) };
    const answer = 'answer' in reaction && !body.aborted ? reaction.answer : undefined;
    const accepted = answer !== undefined && answer.status >= 200 && answer.status < 300;
    const made = accepted ? protocol.onAccepted?.(incoming, judged) : undefined;
    const message = protocol.message?.(safe);
    const texts = protocol.texts(safe);
    const address = protocol.destination(incoming);
    const delivery: Received = {
      receiver: this.#kind,
      ...arrival,
      path: safe.path.replace(/\?.+$/s, `?${redacted}`),
      body: safe.body,
      responseStatus: answer?.status ?? 0,
      // An answer may repeat what was sent, secrets and all.
      responseBody: answer ? hide({ path: incoming.path, body: answer.body }).body : without(reaction, body),
      ...(message && { message }),
      ...(texts && { texts: [...texts] }),
      accepted,
      pages: protocol.pages(safe, judged).map((page) => ({ ...page, ...made })),
      ...(address && { destination: destinationOf(address) }),
    };
    this.deliveries.push(delivery);
    if (!body.aborted) send(response, reaction);
    for (const listener of this.listeners) listener(delivery);
  }
}

/** What came of a request that was not answered. */
const without = (reaction: Reaction, { aborted }: Body): string =>
  aborted || !('no' in reaction) ? 'aborted' : reaction.no;

function send(response: ServerResponse, reaction: Reaction): void {
  if ('no' in reaction) {
    if (reaction.no === 'reset') response.socket?.resetAndDestroy();
    return;
  }
  const { status, contentType, headers, body } = reaction.answer;
  response.writeHead(status, { 'content-type': contentType, ...headers }).end(body);
}
