import { type ReceiverName, receiverKinds } from './receivers.ts';

const standInSuffix = '.internal';

/**
 * The origins of a kind of receiver in a configuration: those of its vendor's hosts, and, for a kind whose messages may go
 * anywhere, a placeholder that replaces every origin until the emulated receiver's address is known.
 */
export const originsOfKind = (kind: ReceiverName): string[] => {
  const { hosts, anywhere } = receiverKinds[kind];
  return [...hosts.map((host) => `https://${host}`), ...(anywhere ? [`http://${kind}${standInSuffix}`] : [])];
};

/** The placeholder of the mail server as an origin; its addresses are `host:port`. */
export const mailOrigin: string = `http://email${standInSuffix}`;

/**
 * An address with its origin replaced by the placeholder; of several addresses the first one, since all would lead to the
 * same receiver. Text that is not an address is left unchanged.
 */
export function withStandInOrigin(kind: ReceiverName, address: string): string {
  const url = URL.parse(address) ?? URL.parse(address.split(',')[0] ?? '');
  return url === null ? address : `http://${kind}${standInSuffix}${url.pathname}${url.search}`;
}

export const isStandIn = (origin: string): boolean => origin.endsWith(standInSuffix);
