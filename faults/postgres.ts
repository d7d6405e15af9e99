import pg from 'pg';
import { broken, messageOf } from '../core/errors.ts';
import { onAbort } from '../core/on-abort.ts';

/** Time limit of connecting, in milliseconds. */
const connectsWithinMs = 5_000;

/** A client of a Postgres, not yet connected. */
export function postgresClient(config: pg.ClientConfig): pg.Client {
  const client = new pg.Client({
    application_name: 'firedrill',
    connectionTimeoutMillis: connectsWithinMs,
    ...config,
  });
  // A broken connection fails the current statement; an unhandled error event would end the process.
  client.on('error', () => {});
  return client;
}

/**
 * Runs statements on a new connection.
 *
 * @param where the Postgres, for messages.
 * @param signal ends the connection, which also aborts its current statement.
 * @param current the statement that runs, for messages.
 * @throws FiredrillError `broken` with Postgres' message and the statement that failed.
 */
export async function onPostgres<T>(
  { where, signal, current = () => '' }: { where: string; signal: AbortSignal; current?: () => string },
  client: pg.Client,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const disconnect = () => void client.end().catch(() => {});
  using _ = onAbort(signal, disconnect);
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    signal.throwIfAborted();
    const message = [messageOf(error), current()].filter((text) => text !== '').join(': ');
    throw broken(where, message, undefined, error);
  } finally {
    await client.end().catch(() => {});
  }
}
