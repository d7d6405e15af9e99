import pg from 'pg';
import { broken, messageOf } from '../core/errors.ts';
import { onAbort } from '../core/on-abort.ts';
import type { FaultContext } from './fault.ts';

/** Longest wait for the connection, and for one statement, in milliseconds. */
const withinMs = 5_000;

/**
 * A client of the stack's Postgres, not yet connected. It leads straight there, past any proxy.
 *
 * @param name what Postgres lists the connection as.
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
  // A connection that breaks shows in the statement that runs on it; unheard, this event would end the process.
  client.on('error', () => {});
  return client;
}

/**
 * Runs statements on the stack's Postgres, on a connection of their own.
 *
 * @throws FiredrillError `broken` with Postgres' own message.
 */
export async function onDatabase<T>(
  context: FaultContext,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const { signal } = context;
  signal.throwIfAborted();
  const client = databaseClient(context, 'firedrill', { statement_timeout: withinMs });
  // Ending a connection that is in use breaks it off, and with it the statement.
  const leave = () => void client.end().catch(() => {});
  using _ = onAbort(signal, leave);
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
