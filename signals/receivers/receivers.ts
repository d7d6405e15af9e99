import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Destination, destinationOf } from '../../core/receivers/destination.ts';
import type { Credentials } from '../../core/receivers/kind.ts';
import type { PageContent } from '../../core/receivers/page.ts';
import {
  type IncomingRequest,
  type Protocol,
  type ReceiverResponse,
  type Redactable,
  redacted,
  takesMessage,
} from '../../core/receivers/protocol.ts';
import { type ReceiverName, receiverKinds } from '../../core/receivers/receivers.ts';
import type { Delivery } from '../../core/record.ts';
import { type ArrivalTime, type Body, now, readBody } from './arrival.ts';
import { type ListenOptions, serveHttp } from './http-server.ts';
import { serveMail } from './mail-server.ts';
import { type Misbehaviour, MisbehaviourCounter, type Reaction, reactionTo } from './misbehaviour.ts';
import { certificatesFor } from './vendor-hosts/certificates.ts';

/**
 * One request to a receiver, accepted or not: the delivery as the record keeps it, without secrets, and what only the
 * drill needs. Without a response, `responseBody` gives the reason: `unanswered` or `reset` for a simulated failure,
 * `aborted` if the sender closed the connection before its request was complete.
 */
export interface ReceivedDelivery extends Delivery {
  readonly accepted: boolean;
  readonly pages: readonly PageContent[];
  /** Absent if the request contains no address. */
  readonly destination?: Destination;
  /** A request that carries no message by its nature, such as one for a token. */
  readonly auxiliary?: true;
}

/** An emulated receiver, listening until it is closed. */
export interface Receiver extends AsyncDisposable {
  readonly kind: ReceiverName;
  /**
   * Base URL `http://<bind>:<port>`, or `smtp://<bind>:<port>` of a mail server. Slack's webhook path, PagerDuty's
   * `/v2/enqueue` or Telegram's `/bot<token>/…` is appended to it.
   */
  readonly url: string;
  /** Every request so far, in the order of responses. A request is listed before its sender gets the response. */
  deliveries(): readonly ReceivedDelivery[];
  /** Handles a request that another server got. Its path begins as after `url`. */
  receive(request: IncomingMessage, response: ServerResponse): void;
  /** Calls `listener`, which must not throw, for each further delivery. @returns a function that stops it. */
  onDelivery(listener: (delivery: ReceivedDelivery) => void): () => void;
  /** Sets a misbehaviour from the next request on; `undefined` restores normal behaviour. */
  misbehave(mode: Misbehaviour | undefined): void;
  /** Ends every connection, including those without a response. Idempotent. */
  close(): Promise<void>;
}

export interface ReceiverOptions extends ListenOptions {
  readonly credentials?: Credentials;
  /** How many deliveries are kept at most, the last ones; default: all. */
  readonly keep?: number;
}

/**
 * Opens a receiver. The caller must close it.
 *
 * @throws FiredrillError as `serveHttp` does.
 */
export async function openReceiver(kind: ReceiverName, options: ReceiverOptions = {}): Promise<Receiver> {
  const handler = new RequestHandler(kind, receiverKinds[kind].open(options.credentials), options.keep);
  const where = `receiver ${kind}`;
  const server = receiverKinds[kind].smtp
    ? await serveMail(where, options, await certificatesFor([`${kind}.internal`]), handler)
    : await serveHttp(where, options, (request, response) => handler.receive(request, response));
  return {
    kind,
    url: server.url,
    deliveries: () => handler.deliveries,
    receive: (request, response) => handler.receive(request, response),
    onDelivery: (listener) => {
      handler.listeners.add(listener);
      return () => handler.listeners.delete(listener);
    },
    misbehave: (mode) => handler.misbehaviour.set(mode),
    close: () => server.close(),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** What was decided about a request. */
interface Decided {
  /** The answer that it deserves. */
  readonly judged: ReceiverResponse;
  readonly reaction: Reaction;
  readonly body: Pick<Body, 'aborted'>;
}

/** Handles requests: takes the time, reads the body, decides on the response, records the delivery and responds. */
class RequestHandler {
  readonly deliveries: ReceivedDelivery[] = [];
  readonly listeners = new Set<(delivery: ReceivedDelivery) => void>();
  readonly misbehaviour = new MisbehaviourCounter();
  readonly #kind: ReceiverName;
  readonly #protocol: Protocol;
  readonly #keep: number;

  constructor(kind: ReceiverName, protocol: Protocol, keep = Number.POSITIVE_INFINITY) {
    this.#kind = kind;
    this.#protocol = protocol;
    this.#keep = keep;
  }

  /** Called as soon as the request's headers have been read. It takes the time first. */
  receive(request: IncomingMessage, response: ServerResponse): void {
    const arrival = now();
    const mode = this.misbehaviour.take();
    void readBody(request, this.#protocol.limitBytes).then((body) => {
      const incoming: IncomingRequest = {
        method: request.method ?? '',
        path: request.url ?? '',
        contentType: request.headers['content-type'] ?? '',
        ...(request.headers.authorization && { authorization: request.headers.authorization }),
        body: body.text,
        tooLarge: body.tooLarge,
      };
      const judged = this.#protocol.answer(incoming);
      const reaction: Reaction = mode ? reactionTo(mode, this.#protocol, incoming) : { answer: judged };
      this.#record(incoming, arrival, { judged, reaction, body }, () => {
        if (!body.aborted) send(response, reaction);
      });
    });
  }

  judge(incoming: IncomingRequest): ReceiverResponse {
    return this.#protocol.answer(incoming);
  }

  take(incoming: IncomingRequest, arrival: ArrivalTime, answer = this.judge(incoming)): Reaction {
    const mode = this.misbehaviour.take();
    const reaction: Reaction = mode ? reactionTo(mode, this.#protocol, incoming) : { answer };
    this.#record(incoming, arrival, { judged: answer, reaction, body: { aborted: false } }, () => {});
    return reaction;
  }

  /** @param listed is called once the delivery is listed, before listeners are. */
  #record(
    incoming: IncomingRequest,
    arrival: ArrivalTime,
    { judged, reaction, body }: Decided,
    listed: () => void,
  ): void {
    const protocol = this.#protocol;
    const hide = (one: Redactable) => protocol.redact?.(one) ?? one;
    // Pages are read from the redacted request, since a message may repeat a secret in its text.
    const safe = { ...incoming, ...hide(incoming) };
    const answer = 'answer' in reaction && !body.aborted ? reaction.answer : undefined;
    const accepted = answer !== undefined && takesMessage(answer);
    const effect = accepted ? protocol.onAccepted?.(incoming, judged) : undefined;
    const message = protocol.message?.(safe);
    const texts = protocol.texts(safe);
    const address = protocol.destination(incoming);
    const delivery: ReceivedDelivery = {
      receiver: this.#kind,
      ...arrival,
      path: safe.path.replace(/\?.+$/s, `?${redacted}`),
      body: safe.body,
      responseStatus: answer?.status ?? 0,
      // The response may repeat secrets of the request.
      responseBody: answer ? hide({ ...incoming, body: answer.body }).body : noResponseReason(reaction, body),
      ...(answer?.refused && { refused: true }),
      ...(message && { message }),
      ...(texts && { texts: [...texts] }),
      accepted,
      pages: protocol.pages(safe, judged).map((page) => ({ ...page, ...effect })),
      ...(address && { destination: destinationOf(address) }),
      ...(protocol.isMessage?.(incoming) === false && { auxiliary: true }),
    };
    this.deliveries.push(delivery);
    if (this.deliveries.length > this.#keep) this.deliveries.shift();
    listed();
    for (const listener of this.listeners) listener(delivery);
  }
}

/** The reason why a request got no response. */
const noResponseReason = (reaction: Reaction, { aborted }: Pick<Body, 'aborted'>): string =>
  aborted || !('noResponse' in reaction) ? 'aborted' : reaction.noResponse;

function send(response: ServerResponse, reaction: Reaction): void {
  if ('noResponse' in reaction) {
    if (reaction.noResponse === 'reset') response.socket?.resetAndDestroy();
    return;
  }
  const { status, contentType, headers, body } = reaction.answer;
  response.writeHead(status, { 'content-type': contentType, ...headers }).end(body);
}
