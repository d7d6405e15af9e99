import type { Problem } from '../core/errors.ts';

export const leaves = (where: string, address: unknown): Problem => ({
  where,
  message: `${address === undefined ? 'no address' : String(address)}: a drill must not reach beyond this machine`,
  hint: 'use the address of an emulated receiver (https://hooks.slack.com, https://events.pagerduty.com, any webhook) or of the stack (pod:port)',
});

/** An address of this machine, as a URL or `host:port`. */
export function isOurs(address: unknown): boolean {
  if (typeof address !== 'string' || address === '') return false;
  const url = URL.parse(address.includes('://') ? address : `http://${address}`);
  return url !== null && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
}
