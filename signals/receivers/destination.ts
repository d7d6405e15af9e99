import { hash } from 'node:crypto';
import type { Destination } from './page.ts';

/**
 * Where a message is sent to, of all the places of its kind. `address` may be secret: a webhook's path, a routing key, a
 * bot's token and its chat. `detail` is what the message itself says besides: Slack's channel, the name of the contact
 * point that a webhook is told.
 */
export interface Address {
  readonly address: readonly string[];
  readonly detail?: string;
}

/** An address without the secret in it: the same address gives the same digest. */
export const destinationOf = ({ address, detail = '' }: Address): Destination => ({
  digest: hash('sha256', JSON.stringify(address)),
  detail,
});
