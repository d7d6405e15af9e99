import { broken } from '../../../core/errors.ts';
import type { ListenPlace } from '../runtime.ts';
import type { Engine } from './engine.ts';
import { isOurs } from './own-address.ts';

/** How components call the machine on which the harness listens. */
export const harnessHost = 'host.docker.internal';

export interface DockerListenPlace extends ListenPlace {
  /** What `harnessHost` is to mean to a container. */
  readonly address: string;
}

/**
 * Where containers can reach us: on the daemon's bridge, where that is this machine's, so that nobody beyond this machine
 * hears. Where the bridge is inside a virtual machine, its gateway leads to our loopback.
 *
 * @throws FiredrillError `broken` when the daemon is on another machine.
 */
export async function listenPlaceOf({ docker, host, isOfThisMachine }: Engine): Promise<DockerListenPlace> {
  // A daemon may have none.
  const bridge = await docker
    .getNetwork('bridge')
    .inspect()
    .catch(() => undefined);
  const gateway = gatewayOf(bridge?.IPAM?.Config ?? []);
  if (gateway !== undefined && (await isOurs(gateway)))
    return { bind: gateway, host: harnessHost, address: gateway };
  if (isOfThisMachine) return { bind: '127.0.0.1', host: harnessHost, address: 'host-gateway' };
  throw broken(
    'docker',
    `the Docker daemon is at ${host}, and its containers could not reach the receivers on this machine`,
    'use a daemon of this machine, or --runtime process',
  );
}

/** A subnet of a network, as the daemon tells of it. */
export interface Subnet {
  readonly Subnet?: string | undefined;
  /** Not told of a bridge on which nothing has run since the daemon started; it is the first address then. */
  readonly Gateway?: string | undefined;
}

/** The daemon's machine, on a network of IPv4. */
export function gatewayOf(subnets: readonly Subnet[]): string | undefined {
  for (const { Subnet = '', Gateway } of subnets) {
    const [, network, last] = /^(\d+\.\d+\.\d+\.)(\d+)\/\d+$/.exec(Subnet) ?? [];
    if (network !== undefined) return Gateway ?? `${network}${Number(last) + 1}`;
  }
  return undefined;
}
