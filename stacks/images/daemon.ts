import { createConnection } from 'node:net';
import type { ContainerRuntimeClient } from 'testcontainers';
import { broken, messageOf } from '../../core/errors.ts';
import { withDaemonTimeout } from './daemon-timeout.ts';
import { defaultSocket } from './default-socket.ts';

/** Whether a Docker daemon is available. */
export type DockerAvailability =
  | { readonly ok: true /** Name and version of the daemon. */; readonly server: string }
  | { readonly ok: false; readonly reason: string /** How to get a daemon. */; readonly hint: string };

/** Checks the daemon that Testcontainers finds: the one in DOCKER_HOST, this machine's, or a rootless one. */
export async function dockerAvailable(signal: AbortSignal): Promise<DockerAvailability> {
  try {
    const { info } = await connect(signal);
    const { serverVersion, operatingSystem } = info.containerRuntime;
    return { ok: true, server: `Docker ${serverVersion} on ${operatingSystem}` };
  } catch (error) {
    signal.throwIfAborted();
    return { ok: false, ...(await reasonOf(error)) };
  }
}

/**
 * Testcontainers' client of the daemon.
 *
 * @throws FiredrillError `broken` with the reason why there is none and how to get one.
 */
export async function dockerClient(signal: AbortSignal): Promise<ContainerRuntimeClient> {
  try {
    return await connect(signal);
  } catch (error) {
    signal.throwIfAborted();
    const { reason, hint } = await reasonOf(error);
    throw broken('docker', reason, hint, error);
  }
}

async function connect(signal: AbortSignal): Promise<ContainerRuntimeClient> {
  signal.throwIfAborted();
  // Loaded here, since it takes half a second that drills without containers need not spend.
  const { getContainerRuntimeClient } = await import('testcontainers');
  const client = await withDaemonTimeout(getContainerRuntimeClient(), signal);
  const configured = await configuredHost();
  // Testcontainers falls back to this machine's daemon if the configured one does not respond.
  if (configured !== undefined && !isConnectedTo(configured, client)) throw new Error('it does not respond');
  // Testcontainers caches the client; the daemon may have stopped since.
  await withDaemonTimeout(client.container.dockerode.ping(), signal);
  return client;
}

/** The daemon's address from DOCKER_HOST or .testcontainers.properties, if set. */
async function configuredHost(): Promise<string | undefined> {
  const { getContainerRuntimeConfig } = await import(
    'testcontainers/build/container-runtime/strategies/utils/config.js'
  );
  const { dockerHost, tcHost } = await getContainerRuntimeConfig();
  return tcHost ?? dockerHost;
}

function isConnectedTo(url: string, { container }: ContainerRuntimeClient): boolean {
  const { hostname, pathname } = new URL(url);
  const { socketPath, host } = container.dockerode.modem as { socketPath?: string; host?: string };
  return hostname === '' ? socketPath === pathname : host === hostname;
}

/** Testcontainers does not report why it found no daemon, so the default socket is tried here. */
async function reasonOf(error: unknown): Promise<{ reason: string; hint: string }> {
  const configured = await configuredHost();
  if (configured !== undefined) {
    return {
      reason: `no Docker daemon answers at ${configured}`,
      hint: 'correct DOCKER_HOST, the docker context or .testcontainers.properties, whichever sets it, or remove it to use the daemon of this machine',
    };
  }
  const code = await connectionErrorCode(defaultSocket);
  const known: Readonly<Record<string, { reason: string; hint: string }>> = {
    ENOENT: {
      reason: `there is no Docker daemon: ${defaultSocket} does not exist`,
      hint: 'install and start one (Debian: apt install docker.io; others: https://docs.docker.com/engine/install/), or set DOCKER_HOST',
    },
    EACCES: {
      reason: `this user may not talk to the Docker daemon at ${defaultSocket}`,
      hint: 'join the group docker (sudo usermod -aG docker "$USER", then log in again), or run a rootless daemon',
    },
    ECONNREFUSED: {
      reason: `the Docker daemon of ${defaultSocket} is not running`,
      hint: 'start it: sudo systemctl start docker',
    },
  };
  return (
    known[code] ?? {
      reason: `no Docker daemon answers: ${messageOf(error)}`,
      hint: '`docker info` must work; set DOCKER_HOST for a daemon elsewhere',
    }
  );
}

/** The error code of connecting to a socket file; empty on success. */
const connectionErrorCode = (path: string): Promise<string> =>
  new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve('');
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
  });
