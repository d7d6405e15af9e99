import { createConnection } from 'node:net';
import type { ContainerRuntimeClient } from 'testcontainers';
import { broken, messageOf } from '../../core/errors.ts';
import { answerOf } from './answer.ts';
import { usualSocket } from './usual-socket.ts';

/** Whether a daemon answers. */
export type DockerAnswer =
  | { readonly ok: true /** The daemon, as it names itself. */; readonly server: string }
  | { readonly ok: false; readonly reason: string /** How to get one. */; readonly hint: string };

/** Asks the daemon that Testcontainers finds: DOCKER_HOST's, the machine's, or a rootless one. */
export async function dockerAvailable(signal: AbortSignal): Promise<DockerAnswer> {
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
 * @throws FiredrillError `broken` that says why there is none and how to get one.
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
  // Half a second of loading, which drills without containers are spared.
  const { getContainerRuntimeClient } = await import('testcontainers');
  const client = await answerOf(getContainerRuntimeClient(), signal);
  const told = await toldHost();
  // It goes on to the daemon of this machine where the one that it was told of does not answer.
  if (told !== undefined && !leadsTo(told, client)) throw new Error('nobody answers there');
  // It remembers its first answer for ever; the daemon may have gone since.
  await answerOf(client.container.dockerode.ping(), signal);
  return client;
}

/** Where the daemon is by DOCKER_HOST or the file .testcontainers.properties; most often nobody says. */
async function toldHost(): Promise<string | undefined> {
  const { getContainerRuntimeConfig } = await import(
    'testcontainers/build/container-runtime/strategies/utils/config.js'
  );
  const { dockerHost, tcHost } = await getContainerRuntimeConfig();
  return tcHost ?? dockerHost;
}

function leadsTo(url: string, { container }: ContainerRuntimeClient): boolean {
  const { hostname, pathname } = new URL(url);
  const { socketPath, host } = container.dockerode.modem as { socketPath?: string; host?: string };
  return hostname === '' ? socketPath === pathname : host === hostname;
}

/** Testcontainers does not say why it found no daemon, so we knock where it did. */
async function reasonOf(error: unknown): Promise<{ reason: string; hint: string }> {
  const told = await toldHost();
  if (told !== undefined) {
    return {
      reason: `no Docker daemon answers at ${told}`,
      hint: 'correct DOCKER_HOST, `docker context use` or .testcontainers.properties, whichever names it, or do without to use the daemon of this machine',
    };
  }
  const code = await knock(usualSocket);
  const known: Readonly<Record<string, { reason: string; hint: string }>> = {
    ENOENT: {
      reason: `there is no Docker daemon: ${usualSocket} does not exist`,
      hint: 'install and start one (Debian: apt install docker.io; others: https://docs.docker.com/engine/install/), or set DOCKER_HOST',
    },
    EACCES: {
      reason: `this user may not talk to the Docker daemon at ${usualSocket}`,
      hint: 'join the group docker (sudo usermod -aG docker "$USER", then log in again), or run a rootless daemon',
    },
    ECONNREFUSED: {
      reason: `the Docker daemon of ${usualSocket} is not running`,
      hint: 'start it: sudo systemctl start docker',
    },
  };
  return (
    known[code] ?? {
      reason: `no Docker daemon answers: ${messageOf(error)}`,
      hint: '`docker info` must answer; DOCKER_HOST names a daemon that is elsewhere',
    }
  );
}

/** The code with which a connection to a socket file fails, or nothing. */
const knock = (path: string): Promise<string> =>
  new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve('');
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
  });
