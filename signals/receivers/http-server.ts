import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import type { Duplex } from 'node:stream';
import { badInput, broken, messageOf } from '../../core/errors.ts';

/** The address of a server. */
export interface ListenOptions {
  /** Address of this machine to bind to, or a name that resolves to one; default 127.0.0.1. */
  readonly bind?: string;
  /** Default: a free port. */
  readonly port?: number;
}

export interface HttpServer {
  /** `http://<bind>:<port>`, without a slash at the end; of a mail server `smtp://<bind>:<port>`. */
  readonly url: string;
  /** Ends every connection, including those that wait for a response. Idempotent. */
  close(): Promise<void>;
}

/** Handles a CONNECT request and becomes responsible for ending its connection. */
export type ConnectListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/**
 * Serves HTTP on one address of this machine.
 *
 * @throws FiredrillError `bad-input` if it cannot listen on the port that is given, `broken` without one.
 */
export async function serveHttp(
  where: string,
  { bind = '127.0.0.1', port }: ListenOptions,
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
      server.listen(port ?? 0, bind, resolve);
    });
  } catch (error) {
    throw cannotListen(where, { bind, ...(port === undefined ? {} : { port }) }, error);
  }
  let closing: Promise<void> | undefined;
  return {
    url: `http://${hostIn(bind)}:${(server.address() as AddressInfo).port}`,
    close: () => {
      closing ??= new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      return closing;
    },
  };
}

/** The error of a server that cannot listen: the fault of whoever gave the port, if somebody did. */
export function cannotListen(
  where: string,
  { bind, port }: { readonly bind: string; readonly port?: number },
  error: unknown,
): Error {
  const { code = '' } = error as NodeJS.ErrnoException;
  const [message = messageOf(error), hint] = words[code] ?? [];
  const told = `cannot listen on ${hostIn(bind)}:${port ?? 0}: ${message}`;
  return port === undefined
    ? broken(where, told, hint, error)
    : badInput({ where, message: told, ...(hint === undefined ? {} : { hint }) });
}

/** An address as it is written in a URL. */
export const hostIn = (bind: string): string => (isIPv6(bind) ? `[${bind}]` : bind);

const ownAddress = 'choose an address of this machine: 127.0.0.1 for itself only, 0.0.0.0 for every network';

/** Why an address cannot be listened on, and what to do, by the code of the error. */
const words: Readonly<Record<string, readonly [message: string, hint: string]>> = {
  EADDRINUSE: ['another process uses this port', 'end it (ss -lntp shows it) or choose another port'],
  EACCES: ['this user may not', 'choose a port from 1024 on'],
  EADDRNOTAVAIL: ['this machine has no such address', ownAddress],
  ENOTFOUND: ['there is no such host', ownAddress],
};
