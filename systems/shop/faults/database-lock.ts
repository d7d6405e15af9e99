import { z } from 'zod';
import { messageOf } from '../../../core/errors.ts';
import { met, never, notYet, until } from '../../../core/poll.ts';
import { type FaultContext, faultKind } from '../../../faults/fault.ts';
import { databaseClient, onDatabase } from './database.ts';

const params = z.strictObject({
  /** The locked table: `searches` is written by each search, the others by each checkout. */
  table: z.enum(['searches', 'payments', 'fulfilments']),
  /**
   * How long each transaction holds the lock before the next one takes it, in milliseconds. A statement waits for up to
   * that long. The statement timeout of orders is 3 s; a longer wait is an error.
   */
  holdMs: z.int().min(100).max(600_000),
});
type Params = z.output<typeof params>;

/** The connection's application_name, by which the revert finds it. */
const holder = 'firedrill database-lock';

/** A job locks a table against writers in one transaction after another, as a job that rewrites the table would. */
export const databaseLock = faultKind<Params>({
  kind: 'database-lock',
  params,
  describe: ({ table, holdMs }) =>
    `a job locks the table ${table} for ${holdMs / 1000} s, time after time; readers may pass`,
  needs: () => ({ pods: ['postgres'], abilities: [] }),
  errorRatio: () => undefined,
  inject,
  revert: (_, context) =>
    onDatabase(context, async (client) => {
      await client.query(
        'SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = $1',
        [holder],
      );
    }),
});

async function inject({ table, holdMs }: Params, context: FaultContext): Promise<void> {
  const { signal } = context;
  // Makes Postgres end the job when the client's connection is lost.
  const client = databaseClient(context, holder, { options: '-c client_connection_check_interval=1000' });
  await client.connect();
  let ended: string | undefined;
  // The job is one statement. Locks are granted in order, so all waiting writers run between two of its transactions.
  client
    .query(
      `DO $$ BEGIN LOOP
         LOCK TABLE ${table} IN SHARE ROW EXCLUSIVE MODE;
         PERFORM pg_sleep(${holdMs / 1000});
         COMMIT;
       END LOOP; END $$`,
    )
    .catch((error: unknown) => {
      ended = messageOf(error);
    })
    .finally(() => void client.end().catch(() => {}));
  await until(
    `the lock on ${table}`,
    async () => {
      if (ended !== undefined) return never(`the job ended: ${ended}`);
      return (await isHeld(table, context)) ? met(true) : notYet('not held');
    },
    { where: 'fault: database-lock', withinMs: 5_000, everyMs: 20, signal },
  );
}

const isHeld = (table: string, context: FaultContext): Promise<boolean> =>
  onDatabase(context, async (client) => {
    const { rows } = await client.query(
      `SELECT 1 FROM pg_locks JOIN pg_stat_activity USING (pid)
       WHERE application_name = $1 AND relation = $2::regclass AND granted AND mode = 'ShareRowExclusiveLock'`,
      [holder, table],
    );
    return rows.length > 0;
  });
