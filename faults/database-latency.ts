import { z } from 'zod';
import { ask } from './ask.ts';
import { faultKind } from './fault.ts';

const params = z.strictObject({
  /** What each answer of the database takes longer, in milliseconds: a request with two statements takes twice that. */
  latencyMs: z.int().min(1).max(10_000),
  /** How far from it each may be off, in milliseconds. */
  jitterMs: z.int().min(0).max(10_000).default(0),
});
type Params = z.output<typeof params>;

const toxics = '/proxies/postgres/toxics';
const name = 'firedrill-latency';

/** The network between orders and Postgres is slow: a toxic of toxiproxy, through which orders reaches it. */
export const databaseLatency = faultKind<Params>({
  kind: 'database-latency',
  params,
  describe: ({ latencyMs, jitterMs }) =>
    `Postgres answers orders ${latencyMs}${jitterMs > 0 ? ` ± ${jitterMs}` : ''} ms later`,
  needs: () => ({ pods: ['toxiproxy'], abilities: [] }),
  errorRatio: () => undefined,
  // https://github.com/Shopify/toxiproxy#http-api
  inject: ({ latencyMs: latency, jitterMs: jitter }, context) =>
    ask(context, {
      method: 'POST',
      pod: 'toxiproxy',
      port: 8474,
      path: toxics,
      body: { name, type: 'latency', stream: 'downstream', toxicity: 1, attributes: { latency, jitter } },
    }),
  revert: (_, context) =>
    ask(context, {
      method: 'DELETE',
      pod: 'toxiproxy',
      port: 8474,
      path: `${toxics}/${name}`,
      alsoFine: [404],
    }),
});
