import { join } from 'node:path';
import { badInput, FiredrillError } from '../../core/errors.ts';
import type { Credentials } from '../../core/receivers/kind.ts';
import { type ReceiverName, receiverKinds, receiverNames } from '../../core/receivers/receivers.ts';
import type { Scope } from '../../core/scope.ts';
import { hostIn, type ListenOptions } from '../../signals/receivers/http-server.ts';
import { openReceiver, type Receiver } from '../../signals/receivers/receivers.ts';
import {
  openVendorProxy,
  type ProxyRequest,
  type VendorProxy,
} from '../../signals/receivers/vendor-hosts/vendor-proxy.ts';
import { apiOf } from './api.ts';
import { Pages } from './pages.ts';

export interface PortOptions {
  readonly listen: Required<ListenOptions>;
  /** The option or key that says where to listen, for messages. */
  readonly where: string;
  /** Hosts besides those of the vendors, each with the kind that it leads to. */
  readonly hosts: ReadonlyMap<string, ReceiverName>;
  readonly credentials: ReadonlyMap<ReceiverName, Credentials>;
  /** How many deliveries each receiver keeps; default: all. */
  readonly keep?: number;
  /** Folder for the certificate of the authority that stands for the vendors. */
  readonly temporary: string;
  /** Called for each request that came to no receiver. */
  readonly onProblem?: (request: ProxyRequest) => void;
  readonly scope: Scope;
}

/** Every receiver behind one port, with the API to read what came. */
export interface OpenPort {
  readonly receivers: readonly Receiver[];
  readonly pages: Pages;
  readonly proxy: VendorProxy;
  /** The hosts that lead to a receiver. */
  readonly hostsOf: (kind: ReceiverName) => readonly string[];
}

/**
 * Opens every receiver behind one port, until the scope is closed.
 *
 * @throws FiredrillError `bad-input` if it cannot listen there.
 */
export async function openPort(options: PortOptions): Promise<OpenPort> {
  const { listen, where, hosts, credentials, keep, temporary, onProblem, scope } = options;
  const pages = new Pages();
  const receivers = new Map<ReceiverName, Receiver>();
  const hostsOf = (kind: ReceiverName) => [
    ...receiverKinds[kind].hosts,
    ...[...hosts].flatMap(([host, its]) => (its === kind ? [host] : [])),
  ];
  for (const kind of receiverNames) {
    const known = credentials.get(kind);
    const receiver = await openReceiver(kind, {
      // A mail server has a port of its own: SMTP does not say which receiver is meant.
      ...(receiverKinds[kind].smtp ? { bind: listen.bind } : {}),
      ...(keep === undefined ? {} : { keep }),
      ...(known && { credentials: known }),
    });
    scope.defer(`close receiver ${kind}`, () => receiver.close());
    receiver.onDelivery((delivery) => pages.add(delivery));
    receivers.set(kind, receiver);
  }
  const caFile = join(temporary, 'vendors-ca.pem');
  const proxy = await openVendorProxy({
    ...listen,
    routes: new Map(
      [...receivers].flatMap(([kind, { url }]) => hostsOf(kind).map((host) => [host, url] as const)),
    ),
    caFile,
    own: apiOf({ receivers, pages, caFile }),
    ...(onProblem ? { onProblem } : {}),
  }).catch((error: unknown) => {
    if (!(error instanceof FiredrillError) || error.kind !== 'bad-input') throw error;
    throw badInput(
      ...error.problems.map((problem) => ({
        ...problem,
        where: `${where} ${hostIn(listen.bind)}:${listen.port}`,
      })),
    );
  });
  scope.defer('close the port', () => proxy.close());
  return { receivers: [...receivers.values()], pages, proxy, hostsOf };
}
