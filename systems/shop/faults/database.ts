import pg from 'pg';
import { broken, messageOf } from '../../../core/errors.ts';
import { onAbort } from '../../../core/on-abort.ts';
import type { FaultContext } from '../../../faults/fault.ts';

/** Time limit of connecting, and of one statement, in milliseconds. */
const withinMs = 5_000;

/**
 * A client of the stack's Postgres, not yet connected. It bypasses toxiproxy.
 *
 * @param name the connection's application_name.
 */
export function databaseClient(
  { url, secret }: FaultContext,
  name: string,
  options: pg.ClientConfig = {},
): pg.Client {
  const { hostname, port } = new URL(url('postgres', 5432));
  const client = new pg.Client({
    host: hostname,
    port: Number(port),
    user: 'shop',
    password: secret,
    database: 'postgres',
    application_name: name,
    connectionTimeoutMillis: withinMs,
    ...options,
  });
  // A broken connection fails the current statement; an unhandled error event would end the process.
  client.on('error', () => {});
  return client;
}

/**
 * Runs statements on the stack's Postgres on a new connection.
 *
 * @throws FiredrillError `broken` with Postgres' message.
 */
export async function onDatabase<T>(
  context: FaultContext,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const { signal } = context;
  signal.throwIfAborted();
  const client = databaseClient(context, 'firedrill', { statement_timeout: withinMs });
  // Ending the connection also aborts its current statement.
  const disconnect = () => void client.end().catch(() => {});
  using _ = onAbort(signal, disconnect);
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    signal.throwIfAborted();
    throw broken('fault: postgres', messageOf(error), undefined, error);
  } finally {
    await client.end().catch(() => {});
  }
}
