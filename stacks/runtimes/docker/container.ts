import { GenericContainer, PullPolicy, type StartedTestContainer, type WaitStrategy } from 'testcontainers';
import { messageOf } from '../../../core/errors.ts';
import type { ResourceLimits } from '../../component.ts';
import type { Labels } from './labels.ts';

/** A component's readiness is looked for from outside, not by programs that its image may not have. */
const atOnce: WaitStrategy = {
  waitUntilReady: async () => {},
  withStartupTimeout: () => atOnce,
  isStartupTimeoutSet: () => true,
  getStartupTimeout: () => 0,
};

/** An address of the pod's own loopback, so that no look-up leaves it. */
export const noNameService = '127.0.0.53';

/**
 * A container of a run, with what Testcontainers leaves to its subclasses. Images are pulled before, and it is removed by
 * the run itself.
 */
export class RunContainer extends GenericContainer {
  readonly #beforeStart: ((id: string) => Promise<void>)[] = [];

  constructor(image: string, name: string, labels: Labels) {
    super(image);
    this.withName(name)
      .withLabels({ ...labels })
      .withPullPolicy(PullPolicy.neverPull())
      .withWaitStrategy(atOnce)
      // The daemon may send the logs of its containers elsewhere by default.
      .withDefaultLogDriver()
      .withAutoCleanup(false);
  }

  /** @param ports with the port of the daemon's machine that each is to have, or `undefined` for any. */
  withPublished(ports: ReadonlyMap<number, number | undefined>, hostIp: string): this {
    this.withExposedPorts(...ports.keys());
    this.hostConfig.PortBindings = Object.fromEntries(
      [...ports].map(([port, host]) => [`${port}/tcp`, [{ HostIp: hostIp, HostPort: `${host ?? ''}` }]]),
    );
    return this;
  }

  /** Its peers are known to the daemon by name; any other name is asked of an address at which nobody answers. */
  withoutNameService(): this {
    this.hostConfig.Dns = [noNameService];
    return this;
  }

  /**
   * Without any network, also the daemon's own `none`: several containers that leave one and the same network at a time
   * can lock up a daemon (seen of 20.10), and then nothing can be started or stopped in it.
   */
  withoutNetwork(): this {
    this.createOpts.NetworkDisabled = true;
    return this.withNetworkMode('none');
  }

  withLimits({ cpus, memoryMiB }: ResourceLimits): this {
    this.withResourcesQuota({ cpu: cpus, memory: memoryMiB / 1024 });
    // As much again of swap would be granted otherwise.
    this.hostConfig.MemorySwap = memoryMiB * 1024 ** 2;
    return this;
  }

  /** A volume that has the run's labels and goes with the container. */
  withVolume(path: string, labels: Labels): this {
    const DriverConfig = { Name: 'local', Options: {} };
    this.hostConfig.Mounts = [
      {
        Type: 'volume',
        Source: '',
        Target: path,
        VolumeOptions: { NoCopy: false, Labels: { ...labels }, DriverConfig },
      },
    ];
    return this;
  }

  /** @param task done once the container exists, and before it starts. */
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
