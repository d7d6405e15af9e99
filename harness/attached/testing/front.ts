/*
 * What stands before the components of many a staging: HTTPS with a certificate of its own authority, a token, and a path
 * for each component. It keeps what was asked.
 */
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Scope } from '../../../core/scope.ts';
import { certificatesFor } from '../../../signals/receivers/vendor-hosts/certificates.ts';

export interface Front {
  /** Method and path of every request. */
  readonly asked: readonly string[];
  /** The description of the component behind a path, for the file of a staging. */
  backEnd(path: string): object;
  /** What such a description needs beside the file: its authority. */
  readonly files: Readonly<Record<string, string>>;
  /** Variables that it needs: the token. */
  readonly env: Readonly<Record<string, string>>;
}

/** @param paths the first part of a path, and the address to which the rest of it leads. */
export async function startFront(
  scope: Scope,
  token: string,
  paths: Readonly<Record<string, string>>,
): Promise<Front> {
  const { certificate, key, authority } = await certificatesFor(['localhost']);
  const asked: string[] = [];
  const server = createServer({ cert: certificate, key }, (incoming, response) => {
    const { method = '', url = '', headers } = incoming;
    asked.push(`${method} ${url.split('?')[0]}`);
    const [, first = '', rest = '/'] = /^\/([^/]+)(\/.*)$/.exec(url) ?? [];
    const address = paths[first];
    if (headers.authorization !== `Bearer ${token}`) return response.writeHead(401).end('who are you?');
    if (address === undefined) return response.writeHead(404).end();
    const { host: _, ...others } = headers;
    const passed = request(`${address}${rest}`, { method, headers: others }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.writeHead(502).end());
    return incoming.pipe(passed);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  scope.defer('front', () => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    asked,
    backEnd: (path) => ({
      url: `https://localhost:${port}/${path}`,
      bearer: { env: 'STAGING_TOKEN' },
      tls: { ca: 'ca.pem' },
    }),
    files: { 'ca.pem': authority },
    env: { STAGING_TOKEN: token },
  };
}
