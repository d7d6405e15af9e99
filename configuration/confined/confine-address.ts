import type { Problem } from '../../core/errors.ts';
import { alertmanagerKinds } from '../../core/receivers/receivers.ts';
import type { Place } from '../files/place.ts';

/** @param address is told without what could be secret in it: user, path and query. */
export const leaves = (place: Place, address: unknown): Problem =>
  place.problem(
    `${shown(address)}: a drill must not reach beyond its own stack`,
    `use the address of an emulated receiver (${emulated.join(', ')}) or of the stack (pod:port)`,
  );

const emulated = alertmanagerKinds.map(({ name, hosts, anywhere }) =>
  anywhere ? `any ${name}` : `https://${hosts.join(' or ')}`,
);

/** Stands before an address of this machine that is another program's, in a text that is judged and never used. */
const stranger = 'not-of-the-run.';

export const strangerAddress = (host: string, port: number): string => `${stranger}${host}:${port}`;

/** An address for a message: paths of webhooks are their secrets, and a user may have a password. */
export function shown(address: unknown): string {
  if (address === undefined || address === null || address === '') return 'no address';
  if (typeof address !== 'string') return 'no text';
  const [, scheme = '', host = '', rest] =
    /^([a-z][\w+.-]*:\/\/|\/\/)?(?:[^/?#@]*@)?([^/?#]*)(.+)?$/is.exec(address.replace(stranger, '')) ?? [];
  return `${scheme}${host}${rest ? '/…' : ''}`;
}

/**
 * Whether an address leads to the run: an HTTP URL with a port, or `host:port`, whose host is `localhost` or `127.0.0.1`.
 * Other schemes are refused, because the host of gRPC's `dns://localhost/elsewhere` is only the name server. Other
 * spellings of loopback, such as `[::1]` and `127.1`, are refused, because the run writes only these two.
 */
export function isOurs(address: unknown): boolean {
  if (typeof address !== 'string') return false;
  const [, scheme, host] =
    /^(https?:\/\/(?:[^/?#@]*@)?)?(localhost|127\.0\.0\.1):\d+(?:[/?#]|$)/.exec(address) ?? [];
  return host !== undefined && URL.canParse(scheme === undefined ? `http://${address}` : address);
}

/** Whether an address is loopback in any spelling. A component may listen there, because listening sends nothing. */
export function listensHere(address: unknown): boolean {
  if (typeof address !== 'string' || address === '') return false;
  const plain = address.replace(stranger, '');
  const hasScheme = plain.includes('://');
  const url = URL.parse(hasScheme ? plain : `http://${plain}`);
  return (
    url !== null &&
    ['http:', 'https:'].includes(url.protocol) &&
    // The port of a scheme is never one of the run's.
    !(hasScheme && url.port === '') &&
    /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname)
  );
}

/** The addresses in a setting that may be a list of them, without how memcached's clients look them up. */
export const addressesIn = (text: string): string[] =>
  text
    .split(/[\s,;]+/)
    .map((one) => one.replace(/^(dns|dnssrv|dnssrvnoa)\+/, ''))
    .filter((one) => one !== '');

/** `https://…`, `host:9095`, `10.0.0.1`, and not `15m` or `24h:30m`. */
export const isAddress = (text: string): boolean =>
  /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ||
  /^(?!\d+[a-z])[\w.-]*[a-z][\w.-]*:\d+$/i.test(text) ||
  /^(\d{1,3}\.){3}\d{1,3}(:\d+)?$/.test(text);
