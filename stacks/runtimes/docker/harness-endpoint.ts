import { broken } from '../../../core/errors.ts';
import type { HarnessEndpoint } from '../runtime.ts';
import type { Engine } from './engine.ts';
import { isLocalAddress } from './local-address.ts';

/** Host name by which components reach the harness' machine. */
export const harnessHost = 'host.docker.internal';

export interface DockerHarnessEndpoint extends HarnessEndpoint {
  /** The address that `harnessHost` resolves to in a container. */
  readonly address: string;
}

/**
 * The address on which containers can reach the harness: that of the daemon's bridge if it is on this machine, so that
 * it is not reachable from other machines. If the bridge is inside a virtual machine, its gateway leads to the loopback
 * interface of this machine.
 *
 * @throws FiredrillError `broken` if the daemon is on another machine.
 */
export async function harnessEndpointFor({
  docker,
  host,
  isOfThisMachine,
}: Engine): Promise<DockerHarnessEndpoint> {
  // A daemon may have no bridge.
  const bridge = await docker
    .getNetwork('bridge')
    .inspect()
    .catch(() => undefined);
  const gateway = gatewayOf(bridge?.IPAM?.Config ?? []);
  if (gateway !== undefined && (await isLocalAddress(gateway)))
    return { bind: gateway, host: harnessHost, address: gateway };
  if (isOfThisMachine) return { bind: '127.0.0.1', host: harnessHost, address: 'host-gateway' };
  throw broken(
    'docker',
    `the Docker daemon is at ${host}, and its containers could not reach the receivers on this machine`,
    'use a daemon of this machine, or --runtime process',
  );
}

/** A subnet of a network, in the daemon's format. */
export interface Subnet {
  readonly Subnet?: string | undefined;
  /** Missing for a bridge without containers since the daemon started; it is the first address then. */
  readonly Gateway?: string | undefined;
}

/** The address of the daemon's machine on an IPv4 network. */
export function gatewayOf(subnets: readonly Subnet[]): string | undefined {
  for (const { Subnet = '', Gateway } of subnets) {
    const [, network, last] = /^(\d+\.\d+\.\d+\.)(\d+)\/\d+$/.exec(Subnet) ?? [];
    if (network !== undefined) return Gateway ?? `${network}${Number(last) + 1}`;
  }
  return undefined;
}
