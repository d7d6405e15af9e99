import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { broken, type FiredrillError } from '../../core/errors.ts';
import { type Endpoint, formatEndpoint, type SocketRow } from './sockets.ts';

/** A connection that a component opened, or tried to open, to an address outside of the run. */
export interface OutsideConnection {
  /** The component; for containers the pod, whose components share their sockets. */
  readonly component: string;
  readonly protocol: SocketRow['protocol'];
  /** `host:port` */
  readonly address: string;
  readonly at: number;
}

const nameService = 53;

/** @param settings configuration lines that name the address, for the hint. */
export function outsideError(found: OutsideConnection, settings: readonly string[]): FiredrillError {
  const { component, protocol, address } = found;
  const isLookup = address.endsWith(`:${nameService}`);
  const what = isLookup
    ? `${component} asked a name service for an address (${protocol}, ${address})`
    : `${component} opened a connection to ${address} (${protocol})`;
  const named = settings.length > 0 ? `named by ${settings.join(', ')}` : undefined;
  const hint = isLookup
    ? 'a setting names a host that is not in the stack, or a default of the component does; use the stack’s hosts as pod:port, or turn the feature off'
    : 'check the component’s configuration for this address, and for defaults that use it';
  return broken(
    component,
    `${what}, which is not part of the run: a drill must not reach beyond its own stack`,
    [named, hint].filter(Boolean).join('; '),
  );
}

/**
 * The lines of a configuration that name an address: those with host and port, otherwise those with the host or the
 * port.
 *
 * @param directory the component's configuration, as used.
 */
export function settingsNaming(directory: string, { host, port }: Endpoint): string[] {
  const lines = filesBelow(directory).flatMap((path) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .map((text, i) => ({ place: `${path.slice(directory.length + 1)}:${i + 1}`, text })),
  );
  const withText = (wanted: string) => lines.filter(({ text }) => text.includes(wanted));
  const exact = withText(formatEndpoint({ host, port }));
  const withPort = lines.filter(({ text }) => new RegExp(`:${port}(?!\\d)`).test(text));
  const found = exact.length > 0 ? exact : port === nameService ? [] : [...withText(host), ...withPort];
  return [...new Set(found.map(({ place }) => place))].slice(0, 3);
}

function filesBelow(directory: string): string[] {
  try {
    return readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
  } catch {
    // The component has no configuration.
    return [];
  }
}
