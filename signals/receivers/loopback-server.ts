import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { broken, messageOf } from '../../core/errors.ts';

export interface LoopbackServer {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
  /** Ends every connection, also those still waiting for an answer. Idempotent. */
  close(): Promise<void>;
}

/** Takes a CONNECT request; from then on the connection is the taker's to end. */
export type ConnectListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/**
 * Serves HTTP on 127.0.0.1, on a free port when none is given.
 *
 * @throws FiredrillError `broken` when the port cannot be had.
 */
export async function serveOnLoopback(
  where: string,
  port: number | undefined,
  listener: RequestListener,
  onConnect?: ConnectListener,
): Promise<LoopbackServer> {
  const server = createServer(listener);
  if (onConnect) server.on('connect', onConnect);
  // An idle connection that is closed just as its owner sends again would look like a refused page.
  server.keepAliveTimeout = 0;
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port ?? 0, '127.0.0.1', resolve);
    });
  } catch (error) {
    throw broken(
      where,
      `cannot listen on 127.0.0.1:${port ?? 0}: ${messageOf(error)}`,
      'free the port',
      error,
    );
  }
  let closing: Promise<void> | undefined;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      closing ??= new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      return closing;
    },
  };
}
