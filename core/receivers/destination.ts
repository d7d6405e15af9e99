import { hash } from 'node:crypto';

/**
 * The address of a message within its kind of receiver. `address` may be secret: a webhook's path, a routing key, a bot
 * token with a chat id. `detail` is what the message itself adds: Slack's channel, the contact point's name in a
 * webhook.
 */
export interface Address {
  readonly address: readonly string[];
  readonly detail?: string;
}

/** The address that a request was sent to, without secrets. */
export interface Destination {
  /** SHA-256 of the address, in hexadecimal. */
  readonly digest: string;
  readonly detail: string;
}

/** Hashes an address, so that it can be compared without being stored. */
export const destinationOf = ({ address, detail = '' }: Address): Destination => ({
  digest: hash('sha256', JSON.stringify(address)),
  detail,
});

/** A notifier's address as far as the configuration shows it. Parts that come from templates are absent. */
export type PartialAddress = Partial<Address>;

/** Go templates are only filled in when a message is sent. */
const isKnown = (value: unknown): value is string => typeof value === 'string' && !value.includes('{{');

export const addressOf = (...parts: readonly unknown[]): PartialAddress =>
  parts.every((part) => isKnown(part) && part !== '') ? { address: parts.map(String) } : {};

export const detailOf = (value: unknown): PartialAddress => (isKnown(value) ? { detail: value } : {});

/** Path and query of an address. The host is left out, since it is replaced by the emulated receiver's. */
export function pathOf(url: unknown): string | undefined {
  const found = typeof url === 'string' ? URL.parse(url) : null;
  return found ? `${found.pathname}${found.search}` : undefined;
}
