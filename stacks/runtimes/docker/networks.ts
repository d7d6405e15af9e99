import { broken } from '../../../core/errors.ts';
import { daemonMessage, type Engine } from './engine.ts';
import { gatewayOf } from './harness-endpoint.ts';
import type { DockerLabels } from './labels.ts';

/** The networks of a run, by name. */
export interface Networks {
  /** The network on which pods reach each other by name. A pod can be disconnected from it. */
  readonly inner: string;
  /**
   * The network for published ports and the receivers. It has no address translation, so nothing outside of this
   * machine can respond to packets from it. A pod that leaves a network gets other ports when it returns, so pods never
   * leave this one.
   */
  readonly outer: string;
}

/** @throws FiredrillError `broken` if the daemon cannot create them. */
export async function createNetworks(engine: Engine, name: string, labels: DockerLabels): Promise<Networks> {
  const networks = { inner: name, outer: `${name}-out` };
  const create = (Name: string, Internal: boolean) =>
    engine.client.network.create({
      Name,
      Driver: 'bridge',
      Internal,
      ...(Internal ? {} : { Options: { 'com.docker.network.bridge.enable_ip_masquerade': 'false' } }),
      CheckDuplicate: true,
      Labels: { ...labels },
    });
  try {
    await Promise.all([create(networks.inner, true), create(networks.outer, false)]);
    return networks;
  } catch (error) {
    const hint =
      'if the daemon has run out of addresses, docker network prune frees those of unused networks';
    throw (
      (await engine.checkDaemonLost()) ??
      broken('docker', `cannot create the run's network: ${daemonMessage(error)}`, hint)
    );
  }
}

/** Subnets and gateways of the networks, once they exist. */
export async function addressesOf(
  { docker }: Engine,
  { inner, outer }: Networks,
): Promise<{ subnets: string[]; gateways: string[] }> {
  const found = await Promise.all([inner, outer].map((name) => docker.getNetwork(name).inspect()));
  const configs = found.flatMap(({ IPAM }) => IPAM?.Config ?? []);
  return {
    subnets: configs.flatMap(({ Subnet }) => (Subnet === undefined ? [] : [Subnet])),
    gateways: configs.flatMap((config) => gatewayOf([config]) ?? []),
  };
}
