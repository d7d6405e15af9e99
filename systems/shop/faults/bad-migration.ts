import { z } from 'zod';
import { type FaultContext, faultKind } from '../../../faults/fault.ts';
import { onDatabase } from './database.ts';

/** The length that schema.sql gives the column. */
const rightLength = 20;
const rareType = 'monthly';

const params = z.strictObject({
  /** Length of the column after the migration: enough for `rent` and `sale`, the common values. */
  length: z.int().min(4).max(rightLength).default(5),
});
type Params = z.output<typeof params>;

/**
 * A migration makes `searches.transaction_type` too short for `monthly`: searches with this value fail with SQLSTATE
 * 22001, and no others. Postgres would refuse the plain migration, so it truncates existing values with a USING
 * expression, as real ones do. The revert does not restore the truncated values.
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
