import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { broken, messageOf } from '../../core/errors.ts';

/** Where a server listens. */
export interface ListenOptions {
  /** The one address of this machine, IPv4; default 127.0.0.1. */
  readonly bind?: string;
  /** Default: a free one. */
  readonly port?: number;
}

export interface HttpServer {
  /** `http://<bind>:<port>`, without a slash at the end. */
  readonly url: string;
  /** Ends every connection, also those still waiting for an answer. Idempotent. */
  close(): Promise<void>;
}

/** Takes a CONNECT request; from then on the connection is the taker's to end. */
export type ConnectListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/**
 * Serves HTTP on one address of this machine.
 *
 * @throws FiredrillError `broken` when address and port cannot be had.
 */
export async function serveHttp(
  where: string,
  { bind = '127.0.0.1', port = 0 }: ListenOptions,
  listener: RequestListener,
  onConnect?: ConnectListener,
): Promise<HttpServer> {
  const server = createServer(listener);
  if (onConnect) server.on('connect', onConnect);
  // An idle connection that is closed just as its owner sends again would look like a refused page.
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
