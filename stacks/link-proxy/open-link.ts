import {
  createServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { createConnection, createServer as createTcpServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createProxyServer } from 'httpxy';
import type { z } from 'zod';
import type { LinkFault, seededLinkFault } from '../../core/link-fault.ts';
import { decider } from './decide.ts';

/** A proxy on the way from one service to another. */
export interface Link {
  readonly name: string;
  /** `host:port` */
  readonly listen: string;
  readonly upstream: string;
}

export interface OpenLink {
  /** Number of connections since the start. */
  connections(): number;
  setFault(fault: z.output<typeof seededLinkFault> | undefined): void;
  /** Ends it with its connections. */
  close(): void;
}

/** First byte of a TLS connection. */
const tlsHandshake = 0x16;

/** Opens a link. TLS passes through it untouched, and its requests are never hit. */
export async function openLink({ listen, upstream }: Link): Promise<OpenLink> {
  let decide: ReturnType<typeof decider> | undefined;
  let connections = 0;
  const proxy = createProxyServer({ target: `http://${upstream}`, ws: true });
  // The service does not answer, or the connection was closed: the caller sees the same as without the proxy.
  proxy.on('error', (_, request) => request?.socket.destroy());
  const http = createServer((request, response) => {
    const asked = { method: request.method ?? 'GET', path: request.url ?? '/' };
    void respond(decide?.(asked), request, response, async () => {
      await proxy.web(request, response);
    }).catch(() => request.socket.destroy());
  });
  http.on('upgrade', (request: IncomingMessage, socket: Socket) => {
    void proxy.ws(request, socket, {}).catch(() => socket.destroy());
  });
  const open = new Set<Socket>();
  const tcp = createTcpServer((socket) => {
    connections += 1;
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    passOn(socket, http, upstream);
  });
  const [host = '', port = ''] = listen.split(':');
  await new Promise<void>((resolve, reject) => {
    tcp.once('error', reject);
    tcp.listen(Number(port), host, resolve);
  });
  return {
    connections: () => connections,
    setFault: (fault) => {
      decide = fault && decider(fault);
    },
    close: () => {
      tcp.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** Passes a new connection to the HTTP proxy or, if it is TLS, to the service. */
function passOn(socket: Socket, http: HttpServer, upstream: string): void {
  socket.on('error', () => socket.destroy());
  socket.once('data', (first: Buffer) => {
    socket.pause();
    socket.unshift(first);
    if (first[0] !== tlsHandshake) {
      http.emit('connection', socket);
      socket.resume();
      return;
    }
    const [host = '', port = ''] = upstream.split(':');
    const behind = createConnection({ host, port: Number(port) });
    behind.on('error', () => socket.destroy());
    socket.on('close', () => behind.destroy());
    behind.on('close', () => socket.destroy());
    socket.pipe(behind).pipe(socket);
  });
}

async function respond(
  hit: LinkFault['answer'] | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  pass: () => Promise<void>,
): Promise<void> {
  if (!hit) return await pass();
  if ('status' in hit) {
    // The caller may send its body to the end.
    request.resume();
    response.writeHead(hit.status, hit.headers).end(hit.body);
    return;
  }
  if ('reset' in hit) {
    request.socket.resetAndDestroy();
    return;
  }
  if ('delayMs' in hit) {
    await sleep(hit.delayMs);
    return await pass();
  }
  truncate(response);
  await pass();
}

/** Ends the connection after half of the response's body, so that the caller gets fewer bytes than announced. */
function truncate(response: ServerResponse): void {
  const write = response.write.bind(response) as (chunk: Buffer) => boolean;
  const cut = (chunk: unknown) => {
    const bytes = Buffer.from(chunk as Uint8Array);
    write(bytes.subarray(0, Math.floor(bytes.length / 2)));
    setImmediate(() => response.socket?.destroy());
    return true;
  };
  response.write = cut as typeof response.write;
  response.end = ((chunk?: unknown) => {
    if (chunk !== undefined && typeof chunk !== 'function') cut(chunk);
    setImmediate(() => response.socket?.destroy());
    return response;
  }) as typeof response.end;
}
