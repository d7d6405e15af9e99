import { readFile } from 'node:fs/promises';
import type { FastifyBaseLogger } from 'fastify';
import pg from 'pg';

export interface Database {
  rows<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
  /** Also opens the connections that are kept. */
  applySchema(): Promise<void>;
  close(): Promise<void>;
}

/** Any number, as long as every instance takes the same. */
const schemaLock = 20_260_101;

/**
 * Connections that are open from the start and kept. To open one takes several round trips, so that a network which
 * gets slow would make the first requests much slower than the others.
 */
const kept = 20;

/** @param timeoutMs time limit of connecting and of one query, in milliseconds. */
export function openDatabase(url: string, timeoutMs: number, log: FastifyBaseLogger): Database {
  const pool = new pg.Pool({
    connectionString: url,
    connectionTimeoutMillis: timeoutMs,
    // Enough for a database that answers slowly: journeys that it does not hold up need not queue behind the others.
    max: 30,
    idleTimeoutMillis: 0,
    // Postgres stops a slow statement itself; the client's own limit is for a Postgres that answers no more.
    statement_timeout: timeoutMs,
    query_timeout: timeoutMs + 500,
  });
  // An idle connection that breaks is replaced by the pool; unheard, this event would end the process.
  pool.on('error', (error) => log.warn({ err: error }, 'lost an idle database connection'));
  return {
    rows: async <Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []) =>
      (await pool.query<Row>(sql, values)).rows,
    applySchema: async () => {
      const schema = await readFile(new URL('schema.sql', import.meta.url), 'utf8');
      // One simple query with several statements is one transaction, which holds the lock to its end:
      // CREATE IF NOT EXISTS by itself can collide when two instances start together.
      await pool.query(`SELECT pg_advisory_xact_lock(${schemaLock});\n${schema}`);
      const opened = await Promise.allSettled(Array.from({ length: kept }, () => pool.connect()));
      for (const one of opened) if (one.status === 'fulfilled') one.value.release();
      for (const one of opened) if (one.status === 'rejected') throw one.reason;
    },
    close: () => pool.end(),
  };
}
