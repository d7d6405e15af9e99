import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ask } from './ask.ts';
import type { FaultContext } from './fault.ts';

const ports: Readonly<Record<string, number>> = { storefront: 3000, orders: 3001, 'payment-provider': 3002 };

/** A pod of the sample app: a service, or one of its instances such as `storefront-2`. */
export const shopPod = z.string().regex(new RegExp(`^(${Object.keys(ports).join('|')})(-[1-9][0-9]?)?$`), {
  error: `expected one of ${Object.keys(ports).join(', ')}, or an instance such as storefront-2`,
});

/** The drill's seed as one instance has it: two instances of a service must not decide alike. */
export const seedOf = (seed: number, pod: string): number =>
  createHash('sha256').update(`${seed} ${pod}`).digest().readUInt32BE();

/** Moves a lever of an instance of the sample app: PUT /admin/… */
export async function setLever(
  context: FaultContext,
  pod: string,
  lever: string,
  settings: Readonly<Record<string, unknown>>,
): Promise<void> {
  const port = ports[pod.replace(/-\d+$/, '')];
  if (port === undefined) throw new Error(`${pod} is no pod of the sample app`);
  const headers = { authorization: `Bearer ${context.secret}` };
  await ask(context, { method: 'PUT', pod, port, path: `/admin/${lever}`, body: settings, headers });
}
