import pg from 'pg';
import { met, type PollResult } from '../../../core/poll.ts';

/**
 * Checks that Postgres answers queries. During initialisation its image runs a temporary server that also logs that it
 * is ready.
 *
 * @throws Error if a query fails.
 */
export async function checkPostgresQueries(
  address: string,
  user: string,
  password: string,
): Promise<PollResult<true>> {
  const [host = '', port] = address.split(':');
  const client = new pg.Client({
    host,
    port: Number(port),
    user,
    password,
    database: 'postgres',
    connectionTimeoutMillis: 2_000,
  });
  try {
    await client.connect();
    await client.query('SELECT 1');
    return met(true);
  } finally {
    await client.end();
  }
}
