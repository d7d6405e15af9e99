import { readFile } from 'node:fs/promises';
import type { FastifyBaseLogger } from 'fastify';
import pg from 'pg';

export interface Database {
  rows<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
  /** Also opens the initial connections. */
  applySchema(): Promise<void>;
  close(): Promise<void>;
}

/** An arbitrary number, the same for every instance. */
const schemaLock = 20_260_101;

/**
 * Number of connections that are opened at the start and kept. Opening one takes several round trips, so on a slow
 * network the first requests would be much slower than the others.
 */
const initialConnections = 20;

/** @param timeoutMs time limit of connecting and of one query, in milliseconds. */
export function openDatabase(url: string, timeoutMs: number, log: FastifyBaseLogger): Database {
  const pool = new pg.Pool({
    connectionString: url,
    connectionTimeoutMillis: timeoutMs,
    // Enough for a slow database: journeys that it does not affect must not queue behind the others.
    max: 30,
    idleTimeoutMillis: 0,
    // Postgres cancels a slow statement itself; the client's limit is for a Postgres that does not respond.
    statement_timeout: timeoutMs,
    query_timeout: timeoutMs + 500,
  });
  // The pool replaces a broken idle connection; an unhandled error event would end the process.
  pool.on('error', (error) => log.warn({ err: error }, 'lost an idle database connection'));
  return {
    rows: async <Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []) =>
      (await pool.query<Row>(sql, values)).rows,
    applySchema: async () => {
      const schema = await readFile(new URL('../orders/schema.sql', import.meta.url), 'utf8');
      // One query with several statements is one transaction, which holds the lock until its end: CREATE IF NOT EXISTS
      // alone can collide if two instances start together.
      await pool.query(`SELECT pg_advisory_xact_lock(${schemaLock});\n${schema}`);
      const opened = await Promise.allSettled(
        Array.from({ length: initialConnections }, () => pool.connect()),
      );
      for (const one of opened) if (one.status === 'fulfilled') one.value.release();
      for (const one of opened) if (one.status === 'rejected') throw one.reason;
    },
    close: () => pool.end(),
  };
}
