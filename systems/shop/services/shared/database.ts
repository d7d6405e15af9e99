import { readFile } from 'node:fs/promises';
import type { FastifyBaseLogger } from 'fastify';
import pg from 'pg';

export interface Database {
  rows<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
  /** Also opens the initial connections. */
  applySchema(): Promise<void>;
  /** Connections in use, connections that are opened at most, and statements that wait for one. */
  usage(): { readonly used: number; readonly max: number; readonly waiting: number };
  /** Holds this many connections, so that statements cannot use them. Changes are made one after the other. */
  hold(connections: number): Promise<void>;
  close(): Promise<void>;
}

/** An arbitrary number, the same for every instance. */
const schemaLock = 20_260_101;

/**
 * Number of connections that are opened at the start and kept. Opening one takes several round trips, so on a slow
 * network the first requests would be much slower than the others.
 */
const initialConnections = 20;

/** Time limit of holding connections, in milliseconds: on a busy machine, opening one may fail by its own limit. */
const holdWithinMs = 12_000;

/** Enough for a slow database: journeys that it does not affect must not queue behind the others. */
const maxConnections = 30;

/** @param timeoutMs time limit of connecting and of one query, in milliseconds. */
export function openDatabase(url: string, timeoutMs: number, log: FastifyBaseLogger): Database {
  const pool = new pg.Pool({
    connectionString: url,
    connectionTimeoutMillis: timeoutMs,
    max: maxConnections,
    idleTimeoutMillis: 0,
    // Postgres cancels a slow statement itself; the client's limit is for a Postgres that does not respond.
    statement_timeout: timeoutMs,
    query_timeout: timeoutMs + 500,
  });
  // The pool replaces a broken idle connection; an unhandled error event would end the process.
  pool.on('error', (error) => log.warn({ err: error }, 'lost an idle database connection'));
  const held: pg.PoolClient[] = [];
  let holding = Promise.resolve();
  const hold = async (connections: number): Promise<void> => {
    for (const one of held.splice(connections)) one.release();
    const deadline = performance.now() + holdWithinMs;
    while (held.length < connections) {
      const one = await pool.connect().catch((error: unknown) => {
        if (performance.now() > deadline) throw error;
      });
      if (one) held.push(one);
    }
  };
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
    usage: () => ({
      used: pool.totalCount - pool.idleCount,
      max: maxConnections,
      waiting: pool.waitingCount,
    }),
    hold: (connections) => {
      holding = holding.catch(() => {}).then(() => hold(connections));
      return holding;
    },
    close: async () => {
      for (const one of held.splice(0)) one.release();
      await pool.end();
    },
  };
}
