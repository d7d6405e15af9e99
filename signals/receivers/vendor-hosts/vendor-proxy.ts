import { writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { broken, messageOf } from '../../../core/errors.ts';
import { now } from '../arrival.ts';
import { type ListenOptions, serveHttp } from '../http-server.ts';
import { certificatesFor } from './certificates.ts';

/** One request to the proxy. Neither path nor headers are kept: they hold secrets. */
export interface ProxyRequest {
  /** Arrival: wall time in epoch milliseconds, and the same moment on the clock of `performance.now()`. */
  readonly at: number;
  readonly monotonicMs: number;
  readonly method: string;
  /** What the sender asked for; `host:port` for CONNECT, else the address's origin. */
  readonly target: string;
  /**
   * - `led`: to the emulated receiver of that host;
   * - `refused`: 403, since no such host is answered for, or not in this way;
   * - `failed`: led, but nothing of the sender's went through, for the reason given (it does not trust the
   *   authority, say).
   */
  readonly outcome: 'led' | 'refused' | 'failed';
  readonly reason?: string;
}

/** An HTTP proxy behind which the vendors' hosts are the emulated receivers, and nothing else is. */
export interface VendorProxy extends AsyncDisposable {
  /** `http://<bind>:<port>`, for HTTPS_PROXY and HTTP_PROXY. */
  readonly url: string;
  /** The authority's certificate, for SSL_CERT_FILE: the path that was given. */
  readonly caFile: string;
  /** Every request so far, in order of arrival. */
  requests(): readonly ProxyRequest[];
  /** Ends every connection. Idempotent. */
  close(): Promise<void>;
}

export interface VendorProxyOptions extends ListenOptions {
  /** From a host as its users know it (`api.telegram.org`) to its receiver's URL, as this process reaches it. */
  readonly routes: ReadonlyMap<string, string>;
  /** Where the authority's certificate is written. No key is ever written. */
  readonly caFile: string;
}

/**
 * Opens the proxy, to be closed by the caller. It takes CONNECT to port 443 of the hosts in `routes`, speaks
 * TLS for them with a certificate of an authority made for this run, and passes what is inside to the receiver
 * byte for byte. Everything else is refused with 403 and recorded, so that nothing leaves this machine.
 *
 * @throws FiredrillError `broken` when its address cannot be had or the certificate not be written.
 */
export async function openVendorProxy(options: VendorProxyOptions): Promise<VendorProxy> {
  const { routes, caFile } = options;
  const { authority, certificate, key } = await certificatesFor([...routes.keys()]);
  try {
    await writeFile(caFile, authority);
  } catch (error) {
    throw broken('vendor proxy', `cannot write ${caFile}: ${messageOf(error)}`, undefined, error);
  }
  const gate = new Gate(routes, createSecureContext({ cert: certificate, key }));
  const server = await serveHttp(
    'vendor proxy',
    options,
    (request, response) => gate.refusePlain(request, response),
    (request, socket, head) => gate.connect(request, socket, head),
  );
  const close = async () => {
    gate.end();
    await server.close();
  };
  return { url: server.url, caFile, requests: () => gate.requests, close, [Symbol.asyncDispose]: close };
}

type Recorded = { -readonly [K in keyof ProxyRequest]: ProxyRequest[K] };

class Gate {
  readonly requests: Recorded[] = [];
  readonly #routes: ReadonlyMap<string, string>;
  readonly #secureContext: SecureContext;
  readonly #open = new Set<Duplex>();

  constructor(routes: ReadonlyMap<string, string>, secureContext: SecureContext) {
    this.#routes = routes;
    this.#secureContext = secureContext;
  }

  end(): void {
    for (const socket of this.#open) socket.destroy();
  }

  /** A request that is not CONNECT: in the clear, so it cannot be meant for a vendor. */
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
      const body = this.#refuse(request, target, 'this run answers for no such host');
      socket.end(
        `HTTP/1.1 403 Forbidden\r\ncontent-type: text/plain\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
      );
      return;
    }
    const record = this.#record(request, target, 'led');
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    if (head.length > 0) socket.unshift(head);
    this.#lead(socket, new URL(receiver), record);
  }

  #lead(socket: Duplex, receiver: URL, record: Recorded): void {
    const inside = new TLSSocket(socket as ConstructorParameters<typeof TLSSocket>[0], {
      isServer: true,
      secureContext: this.#secureContext,
      ALPNProtocols: ['http/1.1'],
    });
    const outside = connect(Number(receiver.port), receiver.hostname);
    this.#keep(inside);
    this.#keep(outside);
    let spoke = false;
    const fail = (reason: string) => {
      if (record.outcome === 'led') Object.assign(record, { outcome: 'failed', reason });
    };
    inside.once('data', () => {
      spoke = true;
    });
    // OpenSSL's own word for it (`tlsv1 alert unknown ca`) stands apart from where in its sources it was said.
    inside.once('error', (error) => {
      if (!spoke) fail('reason' in error ? String(error.reason) : messageOf(error));
    });
    outside.once('error', (error) => {
      if ('syscall' in error && error.syscall === 'connect') fail(messageOf(error));
      // A sender shall see a connection that the receiver reset as one that was reset.
      if ('resetAndDestroy' in socket) (socket as typeof outside).resetAndDestroy();
      inside.destroy();
    });
    inside.once('close', () => {
      if (!spoke) fail('the sender hung up without a word; does it trust the authority?');
      outside.destroy();
    });
    outside.once('close', () => inside.destroySoon());
    // From the start, not only once TLS is agreed on: a stream that nobody reads does not see its end.
    inside.pipe(outside).pipe(inside);
  }

  #refuse(request: IncomingMessage, target: string, reason: string): string {
    this.#record(request, target, 'refused', reason);
    return `firedrill refuses ${target}: ${reason}\n`;
  }

  #keep(socket: Duplex): void {
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
    // What went wrong shows in the outcome; an error nobody listens to would end the process.
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
