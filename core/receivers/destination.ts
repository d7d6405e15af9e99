import { hash } from 'node:crypto';

/**
 * Where a message is sent to, of all the places of its kind. `address` may be secret: a webhook's path, a routing key, a
 * bot's token and its chat. `detail` is what the message itself says besides: Slack's channel, the name of the contact
 * point that a webhook is told.
 */
export interface Address {
  readonly address: readonly string[];
  readonly detail?: string;
}

/** Where a request was sent to, of all the places that its receiver stands for. */
export interface Destination {
  /** SHA-256 of the address, in hexadecimal. */
  readonly digest: string;
  readonly detail: string;
}

/** An address without the secret in it: the same address gives the same digest. */
export const destinationOf = ({ address, detail = '' }: Address): Destination => ({
  digest: hash('sha256', JSON.stringify(address)),
  detail,
});

/** What a configuration says of where a notifier sends to; absent is what only a template knows. */
export type Place = Partial<Address>;

/** Go templates are filled in by whoever sends. */
const isKnown = (value: unknown): value is string => typeof value === 'string' && !value.includes('{{');

export const addressOf = (...parts: readonly unknown[]): Place =>
  parts.every((part) => isKnown(part) && part !== '') ? { address: parts.map(String) } : {};

export const detailOf = (value: unknown): Place => (isKnown(value) ? { detail: value } : {});

/** Hosts are led to this machine, and all that is left of an address is what comes after. */
export function pathOf(url: unknown): string | undefined {
  const found = typeof url === 'string' ? URL.parse(url) : null;
  return found ? `${found.pathname}${found.search}` : undefined;
}
