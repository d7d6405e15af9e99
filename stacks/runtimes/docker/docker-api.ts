import { readFile } from 'node:fs/promises';
import { request as plain, type RequestOptions } from 'node:http';
import { request as secure } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** The address of a Docker daemon. */
export interface Daemon {
  /** In the format of DOCKER_HOST: unix://… or tcp://… */
  readonly url: string;
  /** Folder with ca.pem, cert.pem and key.pem, for a daemon with TLS. */
  readonly certificates?: string;
}

/** Requests without a client library, so that they are fast if there is nothing to do; */
export interface DockerApi {
  /**
   * @param signal replaces the default time limit.
   * @throws Error if the daemon does not respond, or responds with an error.
   */
  get(path: string, signal?: AbortSignal): Promise<unknown>;
  /** Waits until a container has stopped. @throws as `get`, and if the connection breaks meanwhile. */
  wait(container: string, signal: AbortSignal): Promise<void>;
  /** No effect if it does not exist. @throws as `get`. */
  remove(path: string): Promise<void>;
}

/** The daemon responded with an error. */
export class DaemonError extends Error {}

/** Time limit of a request, in milliseconds. Only removals take a daemon long. */
const withinMs = 15_000;
/**
 * Time limit of a check for leftovers, in milliseconds. It is short, since a daemon that hangs must not delay a drill
 * on processes.
 */
export const leftoverCheckMs = 4_000;

/** Connection options of a daemon. */
export interface Connection {
  readonly options: RequestOptions;
  readonly tls: boolean;
}

export const openDockerApi = async (daemon: Daemon): Promise<DockerApi> =>
  dockerApiOver(await connectionTo(daemon));

export function dockerApiOver({ options, tls }: Connection): DockerApi {
  const ask = async (method: string, path: string, signal = AbortSignal.timeout(withinMs)) => {
    const { status, body } = await send({ ...options, method, path, signal }, tls);
    if (status >= 400 && !(method === 'DELETE' && status === 404))
      throw new DaemonError(`${method} ${path}: ${status} ${body.trim()}`);
    return body;
  };
  return {
    get: async (path, signal) => JSON.parse(await ask('GET', path, signal)),
    wait: async (container, signal) => {
      await ask('POST', `/containers/${container}/wait`, signal);
    },
    remove: async (path) => {
      await ask('DELETE', path);
    },
  };
}

async function connectionTo({ url, certificates }: Daemon): Promise<Connection> {
  const { protocol, hostname: host, port, pathname } = new URL(url);
  if (protocol === 'unix:') return { options: { socketPath: pathname }, tls: false };
  if (certificates === undefined) return { options: { host, port: port || 2375 }, tls: false };
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map((name) => readFile(join(certificates, name))),
  );
  return { options: { host, port: port || 2376, ca, cert, key } as RequestOptions, tls: true };
}

const send = (options: RequestOptions, tls: boolean): Promise<{ status: number; body: string }> =>
  new Promise((resolve, reject) => {
    // A new connection each time: a kept-alive one may lead to a daemon that no longer accepts connections.
    (tls ? secure : plain)({ ...options, agent: false }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    })
      .on('error', reject)
      .end();
  });
