import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Daemon } from '../docker-api.ts';

/** A way to a daemon that can be cut, or made to hang. */
export interface CuttableDaemon extends AsyncDisposable {
  /** As in DOCKER_HOST. */
  readonly url: string;
  cut(): void;
  freeze(): void;
}

/** @param daemon one that listens on a socket file. */
export async function cuttableDaemon(daemon: Daemon): Promise<CuttableDaemon> {
  const directory = await mkdtemp(join(tmpdir(), 'daemon-'));
  const path = join(directory, 'docker.sock');
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(new URL(daemon.url).pathname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
    }
    near.pipe(far).pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const cut = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `unix://${path}`,
    cut,
    freeze() {
      server.removeAllListeners('connection');
      server.on('connection', (socket) => sockets.add(socket));
      for (const socket of sockets) socket.unpipe().pause();
    },
    async [Symbol.asyncDispose]() {
      cut();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
