import { z } from 'zod';
import { messageOf } from '../core/errors.ts';
import { met, never, notYet, until } from '../core/poll.ts';
import { databaseClient, onDatabase } from './database.ts';
import { type FaultContext, faultKind } from './fault.ts';

const params = z.strictObject({
  /** The table that cannot be written to: `searches` is written to by each search, the others by each checkout. */
  table: z.enum(['searches', 'payments', 'fulfilments']),
  /**
   * How long each transaction holds the lock before the next takes it, in milliseconds. A statement waits for up to
   * that long; orders' own limit for one is 3 s, and a statement that it stops is an error instead of slow.
   */
  holdMs: z.int().min(100).max(600_000),
});
type Params = z.output<typeof params>;

/** What Postgres lists the connection as: it is found again by that. */
const holder = 'firedrill database-lock';

/** A job keeps writers out of a table, transaction after transaction, as one that rewrites it would. */
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
  // Postgres ends the job when we are gone without a word.
  const client = databaseClient(context, holder, { options: '-c client_connection_check_interval=1000' });
  await client.connect();
  let ended: string | undefined;
  // The job is one statement. Everyone who waits when it commits goes first: locks are given in turn.
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
