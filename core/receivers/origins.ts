import { type ReceiverName, receiverKinds } from './receivers.ts';

/**
 * The origins under which a configuration has a kind of receiver: those of its vendor's hosts, or, of a kind whose address
 * may be anybody's, the one that stands for them all until it is made real.
 */
export const originsOf = (kind: ReceiverName): string[] => {
  const { hosts } = receiverKinds[kind];
  return hosts.length > 0 ? hosts.map((host) => `https://${host}`) : [`http://${kind}${standIn}`];
};

const standIn = '.internal';

/** An address with the origin that stands for all of its kind; what is no address stays. */
export function atStandIn(kind: ReceiverName, address: string): string {
  const url = URL.parse(address);
  return url === null ? address : `http://${kind}${standIn}${url.pathname}${url.search}`;
}

export const isStandIn = (origin: string): boolean => origin.endsWith(standIn);
