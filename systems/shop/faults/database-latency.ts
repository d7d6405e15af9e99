import { z } from 'zod';
import { faultKind } from '../../../faults/fault.ts';
import { requestComponent } from '../../../faults/request-component.ts';

const params = z.strictObject({
  /** Delay of each database response, in milliseconds: a request with two statements takes twice as long. */
  latencyMs: z.int().min(1).max(10_000),
  /** Maximum deviation of each delay, in milliseconds. */
  jitterMs: z.int().min(0).max(10_000).default(0),
});
type Params = z.output<typeof params>;

const toxics = '/proxies/postgres/toxics';
const name = 'firedrill-latency';

/** Slows the network between orders and Postgres, by a toxic of toxiproxy, which orders connects through. */
export const databaseLatency = faultKind<Params>({
  kind: 'database-latency',
  params,
  describe: ({ latencyMs, jitterMs }) =>
    `Postgres answers orders ${latencyMs}${jitterMs > 0 ? ` ± ${jitterMs}` : ''} ms later`,
  needs: () => ({ pods: ['toxiproxy'], abilities: [] }),
  errorRatio: () => undefined,
  // https://github.com/Shopify/toxiproxy#http-api
  inject: ({ latencyMs: latency, jitterMs: jitter }, context) =>
    requestComponent(context, {
      method: 'POST',
      pod: 'toxiproxy',
      port: 8474,
      path: toxics,
      body: { name, type: 'latency', stream: 'downstream', toxicity: 1, attributes: { latency, jitter } },
    }),
  revert: (_, context) =>
    requestComponent(context, {
      method: 'DELETE',
      pod: 'toxiproxy',
      port: 8474,
      path: `${toxics}/${name}`,
      acceptedStatuses: [404],
    }),
});
