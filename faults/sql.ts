import { z } from 'zod';
import { type FaultContext, faultKind } from './fault.ts';
import { onPostgres, postgresClient } from './postgres.ts';
import { shellText, undo } from './undo.ts';

/** Time limit of one statement, which may wait for locks of the traffic, in milliseconds. */
const statementWithinMs = 20_000;

const isPostgresUrl = (text: string): boolean => {
  const url = URL.parse(text);
  return url !== null && /^postgres(ql)?:$/.test(url.protocol) && url.hostname !== '';
};

const statements = z.array(z.string().min(1)).min(1);

const params = z.strictObject({
  /** What is broken, in a few words. */
  breaks: z.string().min(1),
  /**
   * The Postgres, as the service is told it: `postgres://user:password@db:5432/database`. Its host is a service of the
   * stack. `{secret}` becomes the password of the run.
   */
  connection: z.string().refine(isPostgresUrl, {
    error: 'expected a URL such as postgres://user:password@db:5432/database',
  }),
  /** SQL, run one after the other on one connection. Each is committed by itself. */
  inject: statements,
  /** Undoes it. It must succeed also if nothing, or only a part, is to be undone. */
  revert: statements,
});
type Params = z.output<typeof params>;

/** Statements that break something in a Postgres of the system, and statements that undo it. */
export const sql = faultKind<Params>({
  kind: 'sql',
  params,
  describe: ({ breaks }) => breaks,
  needs: ({ connection }) => ({ pods: [new URL(connection).hostname], abilities: [] }),
  errorRatio: () => undefined,
  steps: ({ connection, inject, revert }) => {
    const on = (statement: string) => `on ${new URL(connection).hostname}: ${statement}`;
    return { inject: inject.map(on), revert: revert.map(on) };
  },
  inject: ({ connection, inject }, context) => run(inject, connection, context),
  revert: ({ connection, revert }, context) => {
    const shown = new URL(connection);
    shown.password = '';
    const byHand = shellText(['psql', shown.href, ...revert.flatMap((statement) => ['-c', statement])]);
    return undo(() => run(revert, connection, context), byHand, context.signal);
  },
});

/** @throws FiredrillError `broken` with Postgres' message and the statement that failed. */
async function run(
  all: readonly string[],
  connection: string,
  { url, secret, signal }: FaultContext,
): Promise<void> {
  signal.throwIfAborted();
  const named = new URL(connection.replaceAll('{secret}', secret));
  const where = `fault: sql on ${named.hostname}`;
  const { hostname, port } = new URL(url(named.hostname, Number(named.port || 5_432)));
  Object.assign(named, { hostname, port });
  const client = postgresClient({ connectionString: named.href, statement_timeout: statementWithinMs });
  let current = '';
  await onPostgres({ where, signal, current: () => current }, client, async () => {
    for (current of all) await client.query(current);
  });
}
