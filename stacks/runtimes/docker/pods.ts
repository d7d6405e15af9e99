import type { StackSpec } from '../../component.ts';
import type { Engine } from './engine.ts';
import type { Labels } from './labels.ts';
import type { DockerListenPlace } from './listen-place.ts';
import { addressesOf, createNetworks, type Networks } from './networks.ts';
import { type Holder, Pod, type PodProcess } from './pod.ts';

/** Ports by pod, each with the port of the daemon's machine that it is to have, or `undefined` for any. */
type PortsByPod = ReadonlyMap<string, ReadonlyMap<number, number | undefined>>;

/** @param fixed asked for, by component: the first port of each. */
export function portsByPod({ components }: StackSpec, fixed: ReadonlyMap<string, number>): PortsByPod {
  const found = new Map<string, Map<number, number | undefined>>();
  for (const { name, pod, ports } of components) {
    const ofPod = found.get(pod) ?? new Map<number, number | undefined>();
    for (const [i, port] of ports.entries()) ofPod.set(port, i === 0 ? fixed.get(name) : undefined);
    found.set(pod, ofPod);
  }
  return found;
}

export interface PodsOptions {
  readonly engine: Engine;
  readonly ports: PortsByPod;
  /** Of the run in the daemon: what its networks and containers begin with. */
  readonly name: string;
  readonly holder: Holder;
  readonly labels: Labels;
  readonly listenPlace: DockerListenPlace;
  readonly onLost: (error: Error) => void;
}

/** The pods of a stack, which start at once and without a component. */
export class Pods {
  readonly #starting = new Map<string, Promise<Pod>>();
  readonly #started = new Map<string, Pod>();
  readonly #engine: Engine;
  readonly #networks: Promise<Networks>;
  #addresses: ReturnType<typeof addressesOf> | undefined;

  constructor({ engine, ports, name: run, holder, labels, listenPlace, onLost }: PodsOptions) {
    const networks = createNetworks(engine, run, labels);
    this.#engine = engine;
    this.#networks = networks;
    for (const [name, published] of ports) {
      const container = `${run}-${name}-pod`;
      const harness = listenPlace.address;
      const options = {
        engine,
        name,
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
        // Whoever needs the pod says so.
        () => {},
      );
    }
  }

  /** @throws FiredrillError `broken` when it cannot be started; Error when there is none of that name. */
  async of(name: string): Promise<Pod> {
    const pod = this.#starting.get(name);
    if (!pod) throw new Error(`${name} is not a pod of the stack`);
    return await pod;
  }

  /** One that has started. */
  started(name: string): Pod {
    const pod = this.#started.get(name);
    if (!pod) throw new Error(`pod ${name} has not started`);
    return pod;
  }

  /** A process in each pod that has started, by name of the pod. */
  async processes(): Promise<Map<string, PodProcess>> {
    const all = [...this.#started].map(async ([name, pod]) => [name, await pod.process()] as const);
    return new Map(await Promise.all(all));
  }

  /** Subnets of the run's networks, and the daemon's machine on them. */
  async addresses(): Promise<{ subnets: string[]; gateways: string[] }> {
    this.#addresses ??= addressesOf(this.#engine, await this.#networks);
    return await this.#addresses;
  }

  /** Returns once none is being started any more. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#starting.values());
  }
}
