import type { StackSpec } from '../../component.ts';
import type { Engine } from './engine.ts';
import type { DockerHarnessEndpoint } from './harness-endpoint.ts';
import type { DockerLabels } from './labels.ts';
import { addressesOf, createNetworks, type Networks } from './networks.ts';
import { type Holder, Pod, type PodOptions, type PodProcess } from './pod.ts';

/** Container ports by pod, each with its port on the daemon's machine, or `undefined` for any. */
type PortsByPod = ReadonlyMap<string, ReadonlyMap<number, number | undefined>>;

/** @param fixed requested host port of each component's first port. */
export function portsByPod({ components }: StackSpec, fixed: ReadonlyMap<string, number>): PortsByPod {
  const found = new Map<string, Map<number, number | undefined>>();
  for (const { name, pod, ports } of components) {
    const ofPod = found.get(pod) ?? new Map<number, number | undefined>();
    for (const [i, port] of ports.entries()) ofPod.set(port, i === 0 ? fixed.get(name) : undefined);
    found.set(pod, ofPod);
  }
  return found;
}

/** Further names of pods. */
export const aliasesByPod = ({ components }: StackSpec): ReadonlyMap<string, readonly string[]> =>
  new Map(components.flatMap(({ pod, alias }) => (alias === undefined ? [] : [[pod, [alias]] as const])));

export interface PodsOptions {
  readonly engine: Engine;
  readonly ports: PortsByPod;
  readonly aliases: ReadonlyMap<string, readonly string[]>;
  /** Prefix of the run's networks and containers. */
  readonly name: string;
  readonly holder: Holder;
  readonly labels: DockerLabels;
  readonly listenPlace: DockerHarnessEndpoint;
  readonly onLost: (error: Error) => void;
}

/** The pods of a stack. All start at once, before any component. */
export class Pods {
  readonly #starting = new Map<string, Promise<Pod>>();
  readonly #started = new Map<string, Pod>();
  readonly #engine: Engine;
  readonly #networks: Promise<Networks>;
  #addresses: ReturnType<typeof addressesOf> | undefined;

  constructor({ engine, ports, aliases, name: run, holder, labels, listenPlace, onLost }: PodsOptions) {
    const networks = createNetworks(engine, run, labels);
    this.#engine = engine;
    this.#networks = networks;
    for (const [name, published] of ports) {
      const container = `${run}-${name}-pod`;
      const harness = listenPlace.address;
      const options: PodOptions = {
        engine,
        names: [name, ...(aliases.get(name) ?? [])],
        container,
        holder,
        labels,
        ports: published,
        networks,
        harness,
        onLost,
      };
      const pod = Pod.start(options);
      this.#starting.set(name, pod);
      pod.then(
        (started) => this.#started.set(name, started),
        // The failure is reported by `of`.
        () => {},
      );
    }
  }

  /** @throws FiredrillError `broken` if it cannot be started; Error for an unknown name. */
  async of(name: string): Promise<Pod> {
    const pod = this.#starting.get(name);
    if (!pod) throw new Error(`${name} is not a pod of the stack`);
    return await pod;
  }

  /** A pod that has started. */
  started(name: string): Pod {
    const pod = this.#started.get(name);
    if (!pod) throw new Error(`pod ${name} has not started`);
    return pod;
  }

  /** A process in each started pod, by pod name. */
  async processes(): Promise<Map<string, PodProcess>> {
    const all = [...this.#started].map(async ([name, pod]) => [name, await pod.process()] as const);
    return new Map(await Promise.all(all));
  }

  /** The network that pods never leave. */
  async outerNetwork(): Promise<string> {
    return (await this.#networks).outer;
  }

  /** Subnets of the run's networks, and the addresses of the daemon's machine on them. */
  async addresses(): Promise<{ subnets: string[]; gateways: string[] }> {
    this.#addresses ??= addressesOf(this.#engine, await this.#networks);
    return await this.#addresses;
  }

  /** Resolves when every start has succeeded or failed. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#starting.values());
  }
}
