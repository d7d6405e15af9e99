import { z } from 'zod';

/** Port at which the proxy of the links of HTTP is told its faults, in the pod `link-proxy`. */
export const linkAdminPort = 8475;

const milliseconds = z.int().min(1).max(600_000);

/** What a request that is hit gets. */
export const answer = z.union([
  /** This status, without asking the service. */
  z.strictObject({
    status: z.int().min(200).max(599),
    body: z.string().default(''),
    headers: z.record(z.string(), z.string()).default({}),
  }),
  /** The service's own response, this much later. */
  z.strictObject({ delayMs: milliseconds }),
  /** The first half of the response's body, and then the end of the connection. */
  z.strictObject({ truncate: z.literal(true) }),
  /** The end of the connection before any response. */
  z.strictObject({ reset: z.literal(true) }),
]);

/** Which requests of a link are hit, and what they get. */
export const linkFault = z.strictObject({
  /** Share of the matching requests, above 0 to 1. */
  share: z.number().positive().max(1).default(1),
  method: z.string().min(1).optional(),
  /** Beginning of their paths. */
  path: z.string().regex(/^\//, { error: 'expected a path that begins with /' }).default('/'),
  answer,
});
export type LinkFault = z.output<typeof linkFault>;

export const seededLinkFault = linkFault.extend({ seed: z.int().min(0) });
