import type { StartedTestContainer } from 'testcontainers';
import { broken } from '../../../core/errors.ts';
import { RunContainer } from './container.ts';
import { endOf } from './end-of.ts';
import { howItEnded } from './ending.ts';
import { type Engine, saidBy } from './engine.ts';
import type { Labels } from './labels.ts';
import { harnessHost } from './listen-place.ts';
import type { Networks } from './networks.ts';

/** What a holder runs from. */
export interface Holder {
  readonly reference: string;
  readonly entrypoint: readonly string[];
}

export interface PodOptions {
  readonly engine: Engine;
  readonly name: string;
  /** Of its holder's container. */
  readonly container: string;
  readonly holder: Holder;
  readonly labels: Labels;
  /** With the port of the daemon's machine that each is to have, or `undefined` for any. */
  readonly ports: ReadonlyMap<number, number | undefined>;
  readonly networks: Promise<Networks>;
  /** What `harnessHost` means in it. */
  readonly harness: string;
  readonly onLost: (error: Error) => void;
}

/** A process in a pod. */
export interface PodProcess {
  /** As the daemon's machine counts it. */
  readonly pid: number;
  /** Of the pod, on the outer network. */
  readonly address: string;
}

/**
 * A pod's network namespace, as Kubernetes has it: a container that does nothing owns the name, the addresses and the
 * published ports, and the components join it. So they find each other at localhost, and come and go without a change of
 * address.
 */
export class Pod {
  readonly #options: PodOptions;
  readonly #holder: StartedTestContainer;
  #connected = true;
  #process: Promise<PodProcess> | undefined;

  private constructor(options: PodOptions, holder: StartedTestContainer) {
    this.#options = options;
    this.#holder = holder;
  }

  /** @throws FiredrillError `broken` when the holder cannot be started. */
  static async start(options: PodOptions): Promise<Pod> {
    const { engine, name, container, holder: image, labels, ports, harness } = options;
    const { inner, outer } = await options.networks;
    const holder = await new RunContainer(image.reference, container, labels)
      .withEntrypoint([...image.entrypoint])
      .withNetworkMode(outer)
      .withPublished(ports, engine.host)
      .withoutNameService()
      .withExtraHosts([{ host: harnessHost, ipAddress: harness }])
      .withBeforeStart((id) => connect(engine, inner, id, name))
      .start()
      .catch(async (error: unknown) => {
        throw (
          (await engine.lossOfDaemon()) ??
          broken(name, `container ${container} of image ${image.reference} did not start: ${saidBy(error)}`)
        );
      });
    const pod = new Pod(options, holder);
    void pod.#watch();
    return pod;
  }

  /** Network mode by which a container joins the network of this pod's holder. */
  get networkMode(): string {
    return `container:${this.#holder.getId()}`;
  }

  async process(): Promise<PodProcess> {
    this.#process ??= this.#inspect();
    return await this.#process;
  }

  async #inspect(): Promise<PodProcess> {
    const { engine, networks } = this.#options;
    const { outer } = await networks;
    const { State, NetworkSettings } = await engine.docker.getContainer(this.#holder.getId()).inspect();
    return { pid: State.Pid, address: NetworkSettings.Networks[outer]?.IPAddress ?? '' };
  }

  /** `host:port` under which a port of it is published. */
  reach(port: number): string {
    return `${this.#options.engine.host}:${this.#holder.getMappedPort(port)}`;
  }

  /** From its peers; what is published stays so, by another network. */
  async disconnect(): Promise<void> {
    if (!this.#connected) return;
    const { engine, networks } = this.#options;
    const { inner } = await networks;
    await engine.docker.getNetwork(inner).disconnect({ Container: this.#holder.getId() });
    this.#connected = false;
  }

  async reconnect(): Promise<void> {
    if (this.#connected) return;
    const { engine, name, networks } = this.#options;
    await connect(engine, (await networks).inner, this.#holder.getId(), name);
    this.#connected = true;
  }

  async #watch(): Promise<void> {
    const { engine, name, container, onLost } = this.#options;
    try {
      const ending = await endOf(engine, this.#holder.getId());
      onLost(broken(name, `the network of ${name} ended: container ${container}, ${howItEnded(ending)}`));
    } catch (error) {
      onLost(engine.gone ?? broken(name, `the network of ${name} is lost: ${saidBy(error)}`));
    }
  }
}

const connect = async (engine: Engine, network: string, id: string, alias: string): Promise<void> => {
  await engine.docker.getNetwork(network).connect({ Container: id, EndpointConfig: { Aliases: [alias] } });
};
