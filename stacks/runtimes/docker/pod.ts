import type { StartedTestContainer } from 'testcontainers';
import { broken } from '../../../core/errors.ts';
import { RunContainer } from './container.ts';
import { exitText } from './container-exit.ts';
import { daemonMessage, type Engine } from './engine.ts';
import { harnessHost } from './harness-endpoint.ts';
import type { DockerLabels } from './labels.ts';
import type { Networks } from './networks.ts';
import { waitForExit } from './wait-for-exit.ts';

/** Image of a holder: the container that holds a pod's network namespace (Kubernetes: pause container). */
export interface Holder {
  readonly reference: string;
  readonly entrypoint: readonly string[];
}

export interface PodOptions {
  readonly engine: Engine;
  /** Names by which its peers know it, its own first. */
  readonly names: readonly [string, ...string[]];
  /** Name of its holder container. */
  readonly container: string;
  readonly holder: Holder;
  readonly labels: DockerLabels;
  /** Container ports, each with its port on the daemon's machine, or `undefined` for any. */
  readonly ports: ReadonlyMap<number, number | undefined>;
  readonly networks: Promise<Networks>;
  /** The address that `harnessHost` resolves to in the pod. */
  readonly harness: string;
  readonly onLost: (error: Error) => void;
}

/** A process in a pod. */
export interface PodProcess {
  /** Pid on the daemon's machine. */
  readonly pid: number;
  /** Address of the pod on the outer network. */
  readonly address: string;
}

/**
 * A pod's network namespace, as in Kubernetes. A holder container owns the name, the addresses and the published ports,
 * and the components join its namespace. Components reach each other at localhost, and can be restarted without a
 * change of address.
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

  /** @throws FiredrillError `broken` if the holder cannot be started. */
  static async start(options: PodOptions): Promise<Pod> {
    const { engine, names, container, holder: image, labels, ports, harness } = options;
    const [name] = names;
    const { inner, outer } = await options.networks;
    const holder = await new RunContainer(image.reference, container, labels)
      .withEntrypoint([...image.entrypoint])
      .withNetworkMode(outer)
      .withPublished(ports, engine.host)
      .withoutExternalDns()
      .withExtraHosts([{ host: harnessHost, ipAddress: harness }])
      .withBeforeStart((id) => connect(engine, inner, id, names))
      .start()
      .catch(async (error: unknown) => {
        throw (
          (await engine.checkDaemonLost()) ??
          broken(
            name,
            `container ${container} of image ${image.reference} did not start: ${daemonMessage(error)}`,
          )
        );
      });
    const pod = new Pod(options, holder);
    void pod.#watch();
    return pod;
  }

  /** Network mode for containers that join this pod. */
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

  /** `host:port` under which one of its ports is published. */
  reach(port: number): string {
    return `${this.#options.engine.host}:${this.#holder.getMappedPort(port)}`;
  }

  /** Disconnects it from its peers. Published ports stay reachable by the other network. */
  async disconnect(): Promise<void> {
    if (!this.#connected) return;
    const { engine, networks } = this.#options;
    const { inner } = await networks;
    await engine.docker.getNetwork(inner).disconnect({ Container: this.#holder.getId() });
    this.#connected = false;
  }

  async reconnect(): Promise<void> {
    if (this.#connected) return;
    const { engine, names, networks } = this.#options;
    await connect(engine, (await networks).inner, this.#holder.getId(), names);
    this.#connected = true;
  }

  async #watch(): Promise<void> {
    const { engine, names, container, onLost } = this.#options;
    const [name] = names;
    try {
      const ending = await waitForExit(engine, this.#holder.getId());
      onLost(broken(name, `the network of ${name} is lost: container ${container}, ${exitText(ending)}`));
    } catch (error) {
      onLost(engine.daemonLost ?? broken(name, `the network of ${name} is lost: ${daemonMessage(error)}`));
    }
  }
}

const connect = async (
  engine: Engine,
  network: string,
  id: string,
  names: PodOptions['names'],
): Promise<void> => {
  await engine.docker.getNetwork(network).connect({ Container: id, EndpointConfig: { Aliases: [...names] } });
};
