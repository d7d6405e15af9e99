import { writeFile } from 'node:fs/promises';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { broken, messageOf } from '../../../core/errors.ts';
import { now } from '../arrival.ts';
import { type ListenOptions, serveHttp } from '../http-server.ts';
import { certificatesFor } from './certificates.ts';

/** One request to the proxy. Paths and headers are not kept, since they contain secrets. */
export interface ProxyRequest {
  /** Arrival: wall time in epoch milliseconds, and the same moment on the clock of `performance.now()`. */
  readonly at: number;
  readonly monotonicMs: number;
  readonly method: string;
  /** The requested address: `host:port` for CONNECT, otherwise the origin. */
  readonly target: string;
  /**
   * - `forwarded`: to the emulated receiver of that host;
   * - `refused`: 403, since the host is not emulated, or not in this way;
   * - `failed`: accepted, but no data of the sender got through, for the reason given (it does not trust the authority,
   *   say).
   */
  readonly outcome: 'forwarded' | 'refused' | 'failed';
  readonly reason?: string;
}

/** An HTTP proxy that forwards the vendors' hosts to the emulated receivers and refuses all others. */
export interface VendorProxy extends AsyncDisposable {
  /** `http://<bind>:<port>`, for HTTPS_PROXY and HTTP_PROXY. */
  readonly url: string;
  /** Path of the authority's certificate, for SSL_CERT_FILE. */
  readonly caFile: string;
  /** Every request so far, in order of arrival. */
  requests(): readonly ProxyRequest[];
  /** Ends every connection. Idempotent. */
  close(): Promise<void>;
}

export interface VendorProxyOptions extends ListenOptions {
  /** Maps a vendor's host (`api.telegram.org`) to its receiver's URL. */
  readonly routes: ReadonlyMap<string, string>;
  /** File that the authority's certificate is written to. No key is ever written. */
  readonly caFile: string;
  /** Answers requests to the proxy's own address, as those to any server; absent: they are refused. */
  readonly own?: RequestListener;
  /** Called, and must not throw, for each request that is refused or has failed. */
  readonly onProblem?: (request: ProxyRequest) => void;
}

/**
 * Opens the proxy. The caller must close it. It accepts CONNECT to port 443 of the hosts in `routes`, terminates TLS
 * with a certificate of an authority made for this run, and forwards the content to the receiver byte for byte.
 * Everything else is refused with 403 and recorded, so that nothing leaves this machine.
 *
 * @throws FiredrillError as `serveHttp` does; `broken` if it cannot write the certificate.
 */
export async function openVendorProxy(options: VendorProxyOptions): Promise<VendorProxy> {
  const { routes, caFile, own, onProblem } = options;
  const { authority, certificate, key } = await certificatesFor([...routes.keys()]);
  try {
    await writeFile(caFile, authority);
  } catch (error) {
    throw broken('vendor proxy', `cannot write ${caFile}: ${messageOf(error)}`, undefined, error);
  }
  const handler = new ProxyHandler(routes, createSecureContext({ cert: certificate, key }), onProblem);
  const server = await serveHttp(
    'vendor proxy',
    options,
    (request, response) => {
      // A request to a proxy has the whole address.
      if (own && request.url?.startsWith('/')) own(request, response);
      else handler.refusePlain(request, response);
    },
    (request, socket, head) => handler.connect(request, socket, head),
  );
  const close = async () => {
    handler.end();
    await server.close();
  };
  return { url: server.url, caFile, requests: () => handler.requests, close, [Symbol.asyncDispose]: close };
}

type Recorded = { -readonly [K in keyof ProxyRequest]: ProxyRequest[K] };

class ProxyHandler {
  readonly requests: Recorded[] = [];
  readonly #routes: ReadonlyMap<string, string>;
  readonly #secureContext: SecureContext;
  readonly #onProblem: (request: ProxyRequest) => void;
  readonly #open = new Set<Duplex>();

  constructor(
    routes: ReadonlyMap<string, string>,
    secureContext: SecureContext,
    onProblem: (request: ProxyRequest) => void = () => {},
  ) {
    this.#routes = routes;
    this.#secureContext = secureContext;
    this.#onProblem = onProblem;
  }

  end(): void {
    for (const socket of this.#open) socket.destroy();
  }

  /** Refuses a request that is not CONNECT: it is not encrypted, so it cannot be meant for a vendor. */
  refusePlain(request: IncomingMessage, response: ServerResponse): void {
    const address = URL.parse(request.url ?? '');
    const target = address?.host ? address.origin : `http://${request.headers.host ?? ''}`;
    request.resume();
    const body = this.#refuse(request, target, 'not over TLS');
    response.writeHead(403, { 'content-type': 'text/plain' }).end(body);
  }

  connect(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#keep(socket);
    const target = request.url ?? '';
    const [, host = '', port] = /^(.*):(\d+)$/.exec(target) ?? [];
    const receiver = port === '443' ? this.#routes.get(host.toLowerCase()) : undefined;
    if (receiver === undefined) {
      const body = this.#refuse(request, target, 'this host is not emulated');
      socket.end(
        `HTTP/1.1 403 Forbidden\r\ncontent-type: text/plain\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
      );
      return;
    }
    const record = this.#record(request, target, 'forwarded');
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    if (head.length > 0) socket.unshift(head);
    this.#forward(socket, new URL(receiver), record);
  }

  #forward(socket: Duplex, receiver: URL, record: Recorded): void {
    const inside = new TLSSocket(socket as ConstructorParameters<typeof TLSSocket>[0], {
      isServer: true,
      secureContext: this.#secureContext,
      ALPNProtocols: ['http/1.1'],
    });
    const outside = connect(Number(receiver.port), receiver.hostname);
    this.#keep(inside);
    this.#keep(outside);
    let hasData = false;
    const fail = (reason: string) => {
      if (record.outcome !== 'forwarded') return;
      Object.assign(record, { outcome: 'failed', reason });
      this.#onProblem(record);
    };
    inside.once('data', () => {
      hasData = true;
    });
    // OpenSSL's error text (`tlsv1 alert unknown ca`) without its source location.
    inside.once('error', (error) => {
      if (!hasData) fail('reason' in error ? String(error.reason) : messageOf(error));
    });
    outside.once('error', (error) => {
      if ('syscall' in error && error.syscall === 'connect') fail(messageOf(error));
      // A reset by the receiver is passed on to the sender as a reset.
      if ('resetAndDestroy' in socket) (socket as typeof outside).resetAndDestroy();
      inside.destroy();
    });
    inside.once('close', () => {
      if (!hasData)
        fail('the sender closed the connection without sending data; it may not trust the authority');
      outside.destroy();
    });
    outside.once('close', () => inside.destroySoon());
    // Piped before the TLS handshake: a stream without a reader does not report its end.
    inside.pipe(outside).pipe(inside);
  }

  #refuse(request: IncomingMessage, target: string, reason: string): string {
    this.#onProblem(this.#record(request, target, 'refused', reason));
    return `firedrill refuses ${target}: ${reason}\n`;
  }

  #keep(socket: Duplex): void {
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
    // The outcome records the failure; an unhandled error event would end the process.
    socket.on('error', () => {});
  }

  #record(
    { method = '' }: IncomingMessage,
    target: string,
    outcome: ProxyRequest['outcome'],
    reason?: string,
  ): Recorded {
    const recorded: Recorded = {
      ...now(),
      method,
      target,
      outcome,
      ...(reason === undefined ? {} : { reason }),
    };
    this.requests.push(recorded);
    return recorded;
  }
}
