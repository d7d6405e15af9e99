import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { FaultContext } from '../../../faults/fault.ts';
import { requestComponent } from '../../../faults/request-component.ts';

const ports: Readonly<Record<string, number>> = {
  storefront: 3000,
  orders: 3001,
  'payment-provider': 3002,
  fulfilment: 3003,
};

const names = Object.keys(ports);

/** A pod of the sample app: a service, or one of its instances such as `storefront-2`. */
export const shopPod = z.string().regex(new RegExp(`^(${names.join('|')})(-[1-9][0-9]?)?$`), {
  error: `expected one of ${names.join(', ')}, or an instance such as storefront-2`,
});

/** Derives an instance's seed from the drill's: two instances of a service must not make the same decisions. */
export const instanceSeed = (seed: number, pod: string): number =>
  createHash('sha256').update(`${seed} ${pod}`).digest().readUInt32BE();

/** Changes a setting of an instance of the sample app: PUT /admin/<name>. */
export async function setAdminSetting(
  context: FaultContext,
  pod: string,
  setting: string,
  settings: Readonly<Record<string, unknown>>,
): Promise<void> {
  const port = ports[pod.replace(/-\d+$/, '')];
  if (port === undefined) throw new Error(`${pod} is not a pod of the sample app`);
  const headers = { authorization: `Bearer ${context.secret}` };
  await requestComponent(context, {
    method: 'PUT',
    pod,
    port,
    path: `/admin/${setting}`,
    body: settings,
    headers,
  });
}
