import { setTimeout as sleep } from 'node:timers/promises';
import { metrics } from '@opentelemetry/api';
import type { FastifyBaseLogger } from 'fastify';
import type { Database } from '../shared/database.ts';

/** Orders that are fulfilled by one statement. */
const batch = 200;

/** Takes orders from the queue until it is stopped. Several workers may run: each takes what no other has taken. */
export class Worker {
  readonly #database: Pick<Database, 'rows'>;
  readonly #pollMs: number;
  readonly #log: Pick<FastifyBaseLogger, 'warn'>;
  readonly #fulfilled = metrics
    .getMeter('sample-app')
    .createCounter('app.fulfilment.completed', { description: 'Orders fulfilled' });
  readonly #stopping = new AbortController();
  #working: Promise<void> | undefined;

  /** @param pollMs how long it waits when the queue was empty, in milliseconds. */
  constructor(database: Pick<Database, 'rows'>, pollMs: number, log: Pick<FastifyBaseLogger, 'warn'>) {
    this.#database = database;
    this.#pollMs = pollMs;
    this.#log = log;
    this.#fulfilled.add(0);
  }

  /** @returns how many orders it fulfilled. */
  async fulfil(): Promise<number> {
    const done = await this.#database.rows(
      `WITH taken AS (
         DELETE FROM fulfilment_queue WHERE order_id IN (
           SELECT order_id FROM fulfilment_queue ORDER BY queued_at LIMIT ${batch} FOR UPDATE SKIP LOCKED
         ) RETURNING order_id
       )
       UPDATE fulfilments SET fulfilled_at = now() FROM taken WHERE id = taken.order_id RETURNING id`,
    );
    this.#fulfilled.add(done.length);
    return done.length;
  }

  start(): void {
    this.#working ??= this.#work();
  }

  /** Resolves when the statement that runs has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#working;
  }

  async #work(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const done = await this.fulfil().catch((error: unknown) => {
        this.#log.warn({ err: error }, 'failed fulfilment');
        return 0;
      });
      if (done < batch) await sleep(this.#pollMs, undefined, { signal }).catch(() => {});
    }
  }
}
