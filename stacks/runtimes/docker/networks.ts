import { broken } from '../../../core/errors.ts';
import { type Engine, saidBy } from './engine.ts';
import type { Labels } from './labels.ts';
import { gatewayOf } from './listen-place.ts';

/** The networks of a run, by name. */
export interface Networks {
  /** On which the pods find each other by name, and nothing else is. A pod can be taken off it. */
  readonly inner: string;
  /**
   * By which ports are published and the harness is reached. It translates no address, so nothing beyond this machine
   * can answer what is sent from it. A pod that is taken off a network gets other ports when it
   * comes back, so this is one that it stays on.
   */
  readonly outer: string;
}

/** @throws FiredrillError `broken` when the daemon cannot make them. */
export async function createNetworks(engine: Engine, name: string, labels: Labels): Promise<Networks> {
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
    const hint = 'where it has run out of addresses, docker network prune gives back those that nobody uses';
    throw (await engine.lossOfDaemon()) ?? broken('docker', `no network for the run: ${saidBy(error)}`, hint);
  }
}

/** Where the networks are, once they have been made. */
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
