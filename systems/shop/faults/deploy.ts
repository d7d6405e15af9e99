import { z } from 'zod';
import {
  type Application,
  applicationPath,
  applicationSchema,
  controller,
  controllerHeaders,
} from '../../../core/deployments.ts';
import { broken } from '../../../core/errors.ts';
import { localClient } from '../../../core/http.ts';
import { met, never, notYet, until } from '../../../core/poll.ts';
import { type FaultContext, faultKind } from '../../../faults/fault.ts';
import { requestComponent } from '../../../faults/request-component.ts';
import { instanceSeed } from './admin-setting.ts';

const params = z.strictObject({
  /** Name of the revision that is deployed, e.g. 1.2.0. */
  revision: z.string().regex(/^[\w.-]+$/, { error: 'expected a name such as 1.2.0' }),
  /** Share of the payments that it fails, 0 to 1. */
  share: z.number().min(0).max(1),
});
type Params = z.output<typeof params>;

/** The only service that is deployed. */
const application = 'payments';
const path = applicationPath(application);
/** Until a new process of the service has started, and the one before has ended; long on a busy machine. */
const withinMs = 80_000;

/** A new revision of the payments service fails a share of the payments. It may be rolled back before the revert. */
export const deploy = faultKind<Params>({
  kind: 'deploy',
  params,
  describe: ({ revision, share }) =>
    `${application} ${revision} is deployed, which fails ${Math.round(share * 100)} % of the payments`,
  needs: () => ({ pods: [controller.pod, application], abilities: [] }),
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

const operate = (context: FaultContext, what: 'sync' | 'rollback', body: object): Promise<void> =>
  requestComponent(context, {
    ...controller,
    method: 'POST',
    path: `${path}/${what}`,
    body,
    headers: controllerHeaders(context.secret),
  });

async function read(context: FaultContext): Promise<Application> {
  const { url, secret, signal } = context;
  const response = await localClient.get(url(controller.pod, controller.port) + path, {
    headers: controllerHeaders(secret),
    signal,
    timeout: 5_000,
  });
  return applicationSchema.parse(response.data);
}

const untilIdle = (context: FaultContext): Promise<Application> =>
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
