import { z } from 'zod';
import { onDatabase } from './database.ts';
import { type FaultContext, faultKind } from './fault.ts';

/** The length that schema.sql gives the column. */
const rightLength = 20;
const rareType = 'monthly';

const params = z.strictObject({
  /** Characters that the column still takes: enough for `rent` and `sale`, which everyone searches for. */
  length: z.int().min(4).max(rightLength).default(5),
});
type Params = z.output<typeof params>;

/**
 * A migration makes `searches.transaction_type` too short for `monthly`: every such search fails with SQLSTATE 22001,
 * and no other does. It is written as such migrations are when Postgres refuses the plain one: with an expression that
 * cuts what is there. The revert does not bring the cut values back.
 */
export const badMigration = faultKind<Params>({
  kind: 'bad-migration',
  params,
  describe: ({ length }) => `a migration makes searches.transaction_type VARCHAR(${length})`,
  needs: () => ({ pods: ['postgres'], abilities: [] }),
  errorRatio: ({ length }) => (length < rareType.length ? 1 : 0),
  inject: ({ length }, context) =>
    migrate(context, `TYPE VARCHAR(${length}) USING left(transaction_type, ${length})`),
  revert: (_, context) => migrate(context, `TYPE VARCHAR(${rightLength})`),
});

const migrate = (context: FaultContext, change: string): Promise<void> =>
  onDatabase(context, async (client) => {
    await client.query(`ALTER TABLE searches ALTER COLUMN transaction_type ${change}`);
  });
