import { z } from 'zod';

/*
 * The deployment controller of a stack and what rolls back through it, as far as a drill uses them. The controller speaks
 * Argo CD's API.
 */

/** Where they listen. */
export const controller = { pod: 'deployments', port: 3005 } as const;
export const rollbackAdapter = { pod: 'rollback', port: 3006 } as const;

/** The account under which a drill deploys, as a pipeline does. */
const account = 'pipeline';
/** @param secret the run's. */
export const controllerHeaders = (secret: string) => ({ authorization: `Bearer ${account}.${secret}` });
export const applicationPath = (name: string): string => `/api/v1/applications/${encodeURIComponent(name)}`;

const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

/** An Application of Argo CD. Times are epoch milliseconds. */
export const applicationSchema = z.object({
  /** While an operation is under way. */
  operation: z.unknown().optional(),
  status: z.object({
    history: z
      .array(
        z.object({
          id: z.int(),
          revision: z.string(),
          deployStartedAt: instant,
          deployedAt: instant,
          initiatedBy: z.object({ username: z.string() }),
        }),
      )
      .describe('oldest first'),
    operationState: z.object({ phase: z.string(), message: z.string() }).optional(),
  }),
});
export type Application = z.output<typeof applicationSchema>;
type Deployment = Application['status']['history'][number];

/** Whether it was not the drill that deployed. */
export const isRollback = ({ initiatedBy }: Deployment): boolean => initiatedBy.username !== account;

/** What the adapter decided on an alert of a webhook. */
export const decisionsSchema = z.array(
  z.object({
    at: instant,
    alert: z.string(),
    application: z.string(),
    action: z.enum(['roll back', 'none', 'failed']),
    reason: z.string().optional(),
    from: z.string().optional(),
    to: z.string().optional(),
  }),
);
export type Decision = z.output<typeof decisionsSchema>[number];
