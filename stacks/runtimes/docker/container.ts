import { GenericContainer, PullPolicy, type StartedTestContainer, type WaitStrategy } from 'testcontainers';
import { messageOf } from '../../../core/errors.ts';
import type { ResourceLimits, SharedFolder } from '../../component.ts';
import type { DockerLabels } from './labels.ts';

/** Readiness is checked from outside, since an image may lack the programs for a check inside. */
const withoutWait: WaitStrategy = {
  waitUntilReady: async () => {},
  withStartupTimeout: () => withoutWait,
  isStartupTimeoutSet: () => true,
  getStartupTimeout: () => 0,
};

/** A loopback address without a DNS server, so that no lookup leaves the pod. */
export const unusedNameServer = '127.0.0.53';

/**
 * A container of a run, with settings that Testcontainers leaves to subclasses. Images are pulled beforehand, and the
 * run itself removes the container.
 */
export class RunContainer extends GenericContainer {
  readonly #beforeStart: ((id: string) => Promise<void>)[] = [];

  constructor(image: string, name: string, labels: DockerLabels) {
    super(image);
    this.withName(name)
      .withLabels({ ...labels })
      .withPullPolicy(PullPolicy.neverPull())
      .withWaitStrategy(withoutWait)
      // The daemon may have another default log driver.
      .withDefaultLogDriver()
      .withAutoCleanup(false);
  }

  /** @param ports container ports, each with its port on the daemon's machine, or `undefined` for any. */
  withPublished(ports: ReadonlyMap<number, number | undefined>, hostIp: string): this {
    this.withExposedPorts(...ports.keys());
    this.hostConfig.PortBindings = Object.fromEntries(
      [...ports].map(([port, host]) => [`${port}/tcp`, [{ HostIp: hostIp, HostPort: `${host ?? ''}` }]]),
    );
    return this;
  }

  /** The daemon resolves the names of peers. Other names are sent to an address without a DNS server, and fail. */
  withoutExternalDns(): this {
    this.hostConfig.Dns = [unusedNameServer];
    return this;
  }

  /**
   * Disables networking entirely, including the daemon's network `none`. Several containers that leave one network at
   * the same time can deadlock a daemon (observed with 20.10), after which nothing can be started or stopped.
   */
  withoutNetwork(): this {
    this.createOpts.NetworkDisabled = true;
    return this.withNetworkMode('none');
  }

  withLimits({ cpus, memoryMiB }: ResourceLimits): this {
    this.withResourcesQuota({
      ...(cpus === undefined ? {} : { cpu: cpus }),
      ...(memoryMiB === undefined ? {} : { memory: memoryMiB / 1024 }),
    });
    // Otherwise the same amount of swap would be allowed in addition.
    if (memoryMiB !== undefined) this.hostConfig.MemorySwap = Math.round(memoryMiB * 1024 ** 2);
    return this;
  }

  /** A volume with the run's labels that is removed with the container. */
  withVolume(path: string, labels: DockerLabels): this {
    return this.#withMount('', path, labels, false);
  }

  /**
   * A volume with the run's labels that other containers have too. It begins with what the image has at that path, unless it
   * is only read here.
   */
  withSharedVolume(name: string, { path, isReadOnly = false }: SharedFolder, labels: DockerLabels): this {
    return this.#withMount(name, path, labels, isReadOnly);
  }

  #withMount(name: string, path: string, labels: DockerLabels, isReadOnly: boolean): this {
    const DriverConfig = { Name: 'local', Options: {} };
    this.hostConfig.Mounts = [
      ...(this.hostConfig.Mounts ?? []),
      {
        Type: 'volume',
        Source: name,
        Target: path,
        ReadOnly: isReadOnly,
        VolumeOptions: { NoCopy: isReadOnly, Labels: { ...labels }, DriverConfig },
      },
    ];
    return this;
  }

  /** Only the end of its output is kept by the daemon. */
  withShortLog(): this {
    this.hostConfig.LogConfig = { Type: 'json-file', Config: { 'max-size': '1m' } };
    return this;
  }

  /** @param task runs after the container is created and before it starts. */
  withBeforeStart(task: (id: string) => Promise<void>): this {
    this.#beforeStart.push(task);
    return this;
  }

  override async start(): Promise<StartedTestContainer> {
    try {
      return await super.start();
    } catch (error) {
      if (!/does not exist locally|no such image/i.test(messageOf(error))) throw error;
      throw new Error(`the daemon has no image ${this.imageName.string}`, { cause: error });
    }
  }

  protected override async containerCreated(id: string): Promise<void> {
    for (const task of this.#beforeStart) await task(id);
  }
}
