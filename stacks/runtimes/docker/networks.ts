import { broken } from '../../../core/errors.ts';
import { type Engine, saidBy } from './engine.ts';
import type { Labels } from './labels.ts';

/** The networks of a run, by name. */
export interface Networks {
  /** On which the pods find each other by name, and nothing else is. A pod can be taken off it. */
  readonly inner: string;
  /**
   * By which ports are published and the harness is reached. A pod that is taken off a network gets other ports when it
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
