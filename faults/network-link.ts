import { z } from 'zod';
import { faultKind } from './fault.ts';
import { requestComponent } from './request-component.ts';

const milliseconds = z.int().min(0).max(600_000);

const params = z
  .strictObject({
    /** Name of a link of the system. */
    link: z.string().min(1),
    /** Delay of the data from the other service. */
    latencyMs: milliseconds.min(1).optional(),
    /** Maximum deviation of each delay; with latencyMs. */
    jitterMs: milliseconds.optional(),
    /** Rate of the data from the other service. */
    kibPerSecond: z.int().min(1).max(1_000_000).optional(),
    /** No data pass. The connection is closed after this time; 0: never. */
    timeoutMs: milliseconds.optional(),
    /** The connection is reset after this time. */
    resetAfterMs: milliseconds.optional(),
    /** The connection is closed this much later. */
    slowCloseMs: milliseconds.min(1).optional(),
    /** No connection is accepted. */
    down: z.literal(true).optional(),
  })
  .refine(({ link: _, jitterMs: __, ...given }) => Object.keys(given).length === 1, {
    error:
      'expected one of latencyMs, kibPerSecond, timeoutMs, resetAfterMs, slowCloseMs and down: what happens to the link',
  })
  .refine(({ latencyMs, jitterMs }) => jitterMs === undefined || latencyMs !== undefined, {
    path: ['jitterMs'],
    error: 'needs latencyMs',
  });
type Params = z.output<typeof params>;

const name = 'firedrill';

/** Types and attributes: https://github.com/Shopify/toxiproxy#toxics */
function toxicOf({ latencyMs, jitterMs = 0, kibPerSecond, timeoutMs, resetAfterMs, slowCloseMs }: Params) {
  if (latencyMs !== undefined)
    return { type: 'latency', attributes: { latency: latencyMs, jitter: jitterMs } };
  if (kibPerSecond !== undefined) return { type: 'bandwidth', attributes: { rate: kibPerSecond } };
  if (timeoutMs !== undefined) return { type: 'timeout', attributes: { timeout: timeoutMs } };
  if (resetAfterMs !== undefined) return { type: 'reset_peer', attributes: { timeout: resetAfterMs } };
  return { type: 'slow_close', attributes: { delay: slowCloseMs ?? 0 } };
}

/** The network between two services is slow, narrow or broken. */
export const networkLink = faultKind<Params>({
  kind: 'network-link',
  params,
  describe: (given) => `the link ${given.link} ${told(given)}`,
  needs: ({ link }) => ({ pods: ['toxiproxy'], links: [link], abilities: [] }),
  errorRatio: () => undefined,
  inject: (given, context) =>
    given.down
      ? requestComponent(context, { ...proxyOf(given.link), method: 'POST', body: { enabled: false } })
      : requestComponent(context, {
          ...proxyOf(given.link, '/toxics'),
          method: 'POST',
          body: { name, stream: 'downstream', toxicity: 1, ...toxicOf(given) },
        }),
  revert: ({ link, down }, context) =>
    down
      ? requestComponent(context, { ...proxyOf(link), method: 'POST', body: { enabled: true } })
      : requestComponent(context, {
          ...proxyOf(link, `/toxics/${name}`),
          method: 'DELETE',
          acceptedStatuses: [404],
        }),
});

const proxyOf = (link: string, path = '') => ({
  pod: 'toxiproxy',
  port: 8474,
  path: `/proxies/${link}${path}`,
});

function told({ latencyMs, jitterMs, kibPerSecond, timeoutMs, resetAfterMs, slowCloseMs }: Params): string {
  if (latencyMs !== undefined) return `is ${latencyMs}${jitterMs ? ` ± ${jitterMs}` : ''} ms slower`;
  if (kibPerSecond !== undefined) return `passes ${kibPerSecond} KiB per second`;
  if (timeoutMs !== undefined)
    return timeoutMs === 0 ? 'passes no data' : `passes no data, and is closed after ${timeoutMs} ms`;
  if (resetAfterMs !== undefined) return `is reset after ${resetAfterMs} ms`;
  return slowCloseMs === undefined ? 'accepts no connection' : `is closed ${slowCloseMs} ms late`;
}
