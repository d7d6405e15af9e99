import type pg from 'pg';
import type { FaultContext } from '../../../faults/fault.ts';
import { onPostgres, postgresClient } from '../../../faults/postgres.ts';

/** Time limit of one statement, in milliseconds. */
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
  return postgresClient({
    host: hostname,
    port: Number(port),
    user: 'shop',
    password: secret,
    database: 'postgres',
    application_name: name,
    ...options,
  });
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
  const client = databaseClient(context, 'firedrill', { statement_timeout: withinMs });
  return await onPostgres({ where: 'fault: postgres', signal: context.signal }, client, work);
}
