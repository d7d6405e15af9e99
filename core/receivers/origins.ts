import { type ReceiverName, receiverKinds } from './receivers.ts';

/**
 * The origins of a kind of receiver in a configuration: those of its vendor's hosts, or, for a kind without fixed
 * hosts, a placeholder that replaces every origin until the emulated receiver's address is known.
 */
export const originsOfKind = (kind: ReceiverName): string[] => {
  const { hosts } = receiverKinds[kind];
  return hosts.length > 0 ? hosts.map((host) => `https://${host}`) : [`http://${kind}${standInSuffix}`];
};

const standInSuffix = '.internal';

/** An address with its origin replaced by the placeholder; text that is not an address is left unchanged. */
export function withStandInOrigin(kind: ReceiverName, address: string): string {
  const url = URL.parse(address);
  return url === null ? address : `http://${kind}${standInSuffix}${url.pathname}${url.search}`;
}

export const isStandIn = (origin: string): boolean => origin.endsWith(standInSuffix);
