import { readFile } from 'node:fs/promises';
import { request as plain, type RequestOptions } from 'node:http';
import { request as secure } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** A Docker daemon, by where it listens. */
export interface Daemon {
  /** As in DOCKER_HOST: unix://… or tcp://… */
  readonly url: string;
  /** Folder of ca.pem, cert.pem and key.pem, for a daemon that wants TLS. */
  readonly certificates?: string;
}

/**
 * The few requests that need no client library, for those that must be quick where there is nothing to do;
 * https://docs.docker.com/reference/api/engine/.
 */
export interface DockerApi {
  /**
   * @param signal instead of a time limit of its own.
   * @throws Error when the daemon does not answer, or answers with an error.
   */
  get(path: string, signal?: AbortSignal): Promise<unknown>;
  /** Waits until a container does not run. @throws as `get`, also when the connection is cut meanwhile. */
  wait(container: string, signal: AbortSignal): Promise<void>;
  /** No effect on what is gone. @throws as `get`. */
  remove(path: string): Promise<void>;
}

/** The daemon answered that it refuses the request. */
export class RefusedRequest extends Error {}

/** Limit of a request, in milliseconds. A daemon answers all but removals at once. */
const withinMs = 15_000;
/** Limit of a look for leftovers, in milliseconds. It is short: a daemon that hangs must not hold up a drill on processes. */
export const looksWithinMs = 4_000;

/** How a daemon is reached. */
export interface Connection {
  readonly options: RequestOptions;
  readonly tls: boolean;
}

export const openDockerApi = async (daemon: Daemon): Promise<DockerApi> =>
  dockerApiOver(await connectionTo(daemon));

export function dockerApiOver({ options, tls }: Connection): DockerApi {
  const ask = async (method: string, path: string, signal = AbortSignal.timeout(withinMs)) => {
    const { status, body } = await answerTo({ ...options, method, path, signal }, tls);
    if (status >= 400 && !(method === 'DELETE' && status === 404))
      throw new RefusedRequest(`${method} ${path}: ${status} ${body.trim()}`);
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

const answerTo = (options: RequestOptions, tls: boolean): Promise<{ status: number; body: string }> =>
  new Promise((resolve, reject) => {
    // A connection of its own: one that is kept may still lead to a daemon that no longer takes any.
    (tls ? secure : plain)({ ...options, agent: false }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    })
      .on('error', reject)
      .end();
  });
