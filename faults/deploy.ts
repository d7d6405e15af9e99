import { z } from 'zod';
import { broken } from '../core/errors.ts';
import { localClient } from '../core/http.ts';
import { met, never, notYet, until } from '../core/poll.ts';
import { type FaultContext, faultKind } from './fault.ts';
import { requestComponent } from './request-component.ts';
import { instanceSeed } from './shop.ts';

const params = z.strictObject({
  /** Name of the revision that is deployed, e.g. 1.2.0. */
  revision: z.string().regex(/^[\w.-]+$/, { error: 'expected a name such as 1.2.0' }),
  /** Share of the payments that it fails, 0 to 1. */
  share: z.number().min(0).max(1),
});
type Params = z.output<typeof params>;

/** Whether an operation is under way, and what was deployed; the part of an Application of Argo CD that is needed. */
const deployed = z.object({
  operation: z.unknown(),
  status: z.object({
    history: z.array(z.object({ id: z.int(), revision: z.string() })),
    operationState: z.object({ phase: z.string(), message: z.string() }).optional(),
  }),
});
type Deployed = z.output<typeof deployed>;

/** The only service that is deployed. */
const application = 'payments';
const pod = 'deployments';
const port = 3005;
const path = `/api/v1/applications/${application}`;
/** A new process of the service has started, and the one before has ended. */
const withinMs = 25_000;

/** A new revision of the payments service fails a share of the payments. It may be rolled back before the revert. */
export const deploy = faultKind<Params>({
  kind: 'deploy',
  params,
  describe: ({ revision, share }) =>
    `${application} ${revision} is deployed, which fails ${Math.round(share * 100)} % of the payments`,
  needs: () => ({ pods: [pod, application], abilities: [] }),
  errorRatio: ({ share }) => share,
  inject: async ({ revision, share }, context) => {
    await requestComponent(context, {
      method: 'PUT',
      pod: application,
      port: 3004,
      path: `/admin/revisions/${revision}`,
      body: { failShare: share, seed: instanceSeed(context.seed, application) },
      headers: { authorization: `Bearer ${context.secret}` },
    });
    await operate(context, 'sync', { revision });
    await untilDone(context, revision);
  },
  revert: async ({ revision }, context) => {
    const { status } = await untilIdle(context);
    if (status.history.at(-1)?.revision !== revision) return;
    const before = status.history.findLast((one) => one.revision !== revision);
    if (!before) throw broken('fault: deploy', `nothing was deployed before ${revision}`);
    await operate(context, 'rollback', { id: before.id });
    await untilDone(context, before.revision);
  },
});

const headersOf = ({ secret }: FaultContext) => ({ authorization: `Bearer pipeline.${secret}` });

const operate = (context: FaultContext, what: 'sync' | 'rollback', body: object): Promise<void> =>
  requestComponent(context, {
    method: 'POST',
    pod,
    port,
    path: `${path}/${what}`,
    body,
    headers: headersOf(context),
  });

async function read(context: FaultContext): Promise<Deployed> {
  const { url, signal } = context;
  const response = await localClient.get(url(pod, port) + path, {
    headers: headersOf(context),
    signal,
    timeout: 5_000,
  });
  return deployed.parse(response.data);
}

const untilIdle = (context: FaultContext): Promise<Deployed> =>
  until(
    'no deployment to be under way',
    async () => {
      const found = await read(context);
      return found.operation === undefined ? met(found) : notYet('a deployment is under way');
    },
    { where: 'fault: deploy', withinMs, everyMs: 100, signal: context.signal },
  );

/** @throws FiredrillError `broken` if the deployment failed. */
async function untilDone(context: FaultContext, revision: string): Promise<void> {
  await until(
    `${revision} to be deployed`,
    async () => {
      const { operation, status } = await read(context);
      if (operation !== undefined) return notYet('its deployment is under way');
      if (status.history.at(-1)?.revision === revision) return met(true);
      return never(`its deployment ended: ${status.operationState?.phase} ${status.operationState?.message}`);
    },
    { where: 'fault: deploy', withinMs, everyMs: 100, signal: context.signal },
  );
}
