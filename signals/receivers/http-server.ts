import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { broken, messageOf } from '../../core/errors.ts';

/** The address of a server. */
export interface ListenOptions {
  /** IPv4 address of this machine to bind to; default 127.0.0.1. */
  readonly bind?: string;
  /** Default: a free port. */
  readonly port?: number;
}

export interface HttpServer {
  /** `http://<bind>:<port>`, without a slash at the end. */
  readonly url: string;
  /** Ends every connection, including those that wait for a response. Idempotent. */
  close(): Promise<void>;
}

/** Handles a CONNECT request and becomes responsible for ending its connection. */
export type ConnectListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/**
 * Serves HTTP on one address of this machine.
 *
 * @throws FiredrillError `broken` if it cannot listen on the address and port.
 */
export async function serveHttp(
  where: string,
  { bind = '127.0.0.1', port = 0 }: ListenOptions,
  listener: RequestListener,
  onConnect?: ConnectListener,
): Promise<HttpServer> {
  const server = createServer(listener);
  if (onConnect) server.on('connect', onConnect);
  // Closing an idle connection just as its sender reuses it would look like a refused page.
  server.keepAliveTimeout = 0;
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, bind, resolve);
    });
  } catch (error) {
    throw broken(where, `cannot listen on ${bind}:${port}: ${messageOf(error)}`, 'free the port', error);
  }
  let closing: Promise<void> | undefined;
  return {
    url: `http://${bind}:${(server.address() as AddressInfo).port}`,
    close: () => {
      closing ??= new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      return closing;
    },
  };
}
