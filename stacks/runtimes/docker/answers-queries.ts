import pg from 'pg';
import { met, type PollResult } from '../../../core/poll.ts';

/**
 * Whether a Postgres takes queries. Its image says that it is ready a first time while it still sets itself up, for its own
 * eyes only.
 *
 * @throws Error with what is in the way.
 */
export async function lookAnswersQueries(address: string, password: string): Promise<PollResult<true>> {
  const [host = '', port] = address.split(':');
  const client = new pg.Client({
    host,
    port: Number(port),
    user: 'shop',
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
