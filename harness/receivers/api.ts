import { createReadStream } from 'node:fs';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { FiredrillError, type Problem } from '../../core/errors.ts';
import { type ReceiverName, receiverKinds } from '../../core/receivers/receivers.ts';
import type { Receiver } from '../../signals/receivers/receivers.ts';
import { type Pages, type ReceivedPage, readFilter } from './pages.ts';

/** An event stream without pages says this often that it is still there, in milliseconds. */
const stillThereMs = 15_000;
/** A reader that is this far behind is disconnected, in bytes; it can go on where it was. */
const mostWaiting = 32 * 1024 * 1024;

export interface ApiOptions {
  readonly receivers: ReadonlyMap<ReceiverName, Receiver>;
  readonly pages: Pages;
  readonly caFile: string;
}

/** Answers requests to the address of the command: each receiver below its kind, the pages, and the authority's certificate. */
export function apiOf({ receivers, pages, caFile }: ApiOptions): RequestListener {
  const routes: Readonly<
    Record<string, (query: URLSearchParams, request: IncomingMessage, response: ServerResponse) => void>
  > = {
    '/pages': (query, _, response) => {
      const last = pages.lastId;
      json(response, 200, { pages: pages.all.filter(readFilter(query)), last });
    },
    '/pages/events': (query, request, response) => sendEvents(pages, query, request, response),
    '/ca.pem': (_, __, response) => {
      response.writeHead(200, { 'content-type': 'application/x-pem-file' });
      createReadStream(caFile).pipe(response);
    },
  };
  const known = [...Object.keys(routes), ...[...receivers.keys()].map((kind) => `/${kind}`)];
  return (request, response) => {
    const [, first = ''] = /^\/([^/?]*)/.exec(request.url ?? '') ?? [];
    const receiver = [...receivers.values()].find(({ kind }) => kind === first && !receiverKinds[kind].smtp);
    if (receiver) {
      const rest = (request.url ?? '').slice(first.length + 1);
      request.url = rest.startsWith('/') ? rest : `/${rest}`;
      receiver.receive(request, response);
      return;
    }
    request.resume();
    const [path = '', query] = (request.url ?? '').split(/\?(.*)/s);
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
    if (!route)
      json(
        response,
        404,
        fault({ where: path, message: 'there is nothing here', hint: `known: ${known.join(', ')}` }),
      );
    else if (request.method !== 'GET')
      json(response, 405, fault({ where: path, message: 'only GET is accepted' }), { allow: 'GET' });
    else
      try {
        route(new URLSearchParams(query), request, response);
      } catch (error) {
        if (!(error instanceof FiredrillError)) throw error;
        json(response, 400, fault(...error.problems));
      }
  };
}

const fault = (...problems: readonly Problem[]) => ({ problems });

function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers })
    .end(`${JSON.stringify(body)}\n`);
}

/**
 * Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html): the pages there are, then each as
 * it comes. A reader that was cut off names the last one it got, and goes on after it.
 *
 * @throws FiredrillError `bad-input` as `readFilter` does.
 */
function sendEvents(
  pages: Pages,
  query: URLSearchParams,
  { headers }: IncomingMessage,
  response: ServerResponse,
): void {
  const lastSeen = headers['last-event-id'];
  const isWanted = readFilter(query, typeof lastSeen === 'string' ? lastSeen : undefined);
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write(': firedrill\n\n');
  const send = (page: ReceivedPage) => {
    if (!isWanted(page)) return;
    if (response.writableLength > mostWaiting) response.destroy();
    else response.write(`id: ${page.id}\nevent: page\ndata: ${JSON.stringify(page)}\n\n`);
  };
  for (const page of pages.all) send(page);
  const stop = pages.onPage(send);
  const timer = setInterval(() => response.write(':\n\n'), stillThereMs).unref();
  response.once('close', () => {
    stop();
    clearInterval(timer);
  });
}
