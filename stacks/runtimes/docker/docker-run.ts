import type { Scope } from '../../../core/scope.ts';
import type { StackSpec } from '../../component.ts';
import { dockerClient } from '../../images/daemon.ts';
import type { OutsideConnection } from '../outside.ts';
import { type Owner, ownerText } from '../process/owner.ts';
import { reservePorts } from '../process/ports.ts';
import { inodesOf } from '../process/socket-watch.ts';
import type { SocketRow } from '../sockets.ts';
import { Engine } from './engine.ts';
import { type DockerHarnessEndpoint, harnessEndpointFor } from './harness-endpoint.ts';
import { type DockerLabels, labelsOf } from './labels.ts';
import type { Holder } from './pod.ts';
import { watchPods } from './pod-watch.ts';
import { aliasesByPod, Pods, portsByPod } from './pods.ts';
import { removeAll } from './reap.ts';
import { openRyuk } from './ryuk.ts';
import { settlesWithin } from './settles-within.ts';

export interface DockerRunOptions {
  readonly owner: Owner;
  readonly scope: Scope;
  /** Image of the container that holds a pod's network namespace. */
  readonly holder: Holder;
  /** Ports of the daemon's machine that the user asked for, by component name. */
  readonly fixedPorts: ReadonlyMap<string, number>;
  /** Whether images may be pulled from a registry. */
  readonly mayPull: boolean;
  readonly onLost: (error: Error) => void;
  /** Called for each address outside of the run that a pod tried to reach. Without it, sockets are not watched. */
  readonly onOutside?: (found: OutsideConnection) => void;
  /** Called if the sockets of the pods cannot be seen from this machine. */
  readonly onUnwatched?: () => void;
}

/** The resources of a run in a daemon except for its components: networks, pods and labels. */
export class DockerRun {
  readonly engine: Engine;
  readonly listenPlace: DockerHarnessEndpoint;
  readonly labels: DockerLabels;
  readonly #options: DockerRunOptions;
  readonly #lost = new Set<Error>();
  #pods: Pods | undefined;
  #closing = false;

  private constructor(
    engine: Engine,
    listenPlace: DockerHarnessEndpoint,
    labels: DockerLabels,
    options: DockerRunOptions,
  ) {
    this.engine = engine;
    this.listenPlace = listenPlace;
    this.labels = labels;
    this.#options = options;
  }

  /** @throws FiredrillError `broken` if no daemon responds, or its containers cannot reach the harness. */
  static async open(options: DockerRunOptions): Promise<DockerRun> {
    const engine = await Engine.of(await dockerClient(new AbortController().signal));
    const listenPlace = await harnessEndpointFor(engine);
    const ryuk = await openRyuk(engine, options.mayPull);
    return new DockerRun(engine, listenPlace, { ...labelsOf(options.owner), ...ryuk }, options);
  }

  /** Starts the pods of a stack, and registers the removal of everything that the run creates. */
  async plan(stack: StackSpec): Promise<void> {
    const { scope, fixedPorts, holder } = this.#options;
    const { engine, labels, listenPlace } = this;
    // Taken ports are reported here, before anything starts, as bad input.
    if (engine.isOfThisMachine) await reservePorts(fixedPorts, scope);
    scope.defer('remove containers and networks', () => this.#remove(), 30_000);
    const onLost = (error: Error) => this.reportLost(error);
    this.#pods = new Pods({
      ...{ engine, labels, listenPlace, holder, onLost },
      ports: portsByPod(stack, fixedPorts),
      aliases: aliasesByPod(stack),
      name: this.nameOf(),
    });
    this.#watch(this.#pods);
  }

  #watch(pods: Pods): void {
    const { onOutside, onUnwatched = () => {}, scope } = this.#options;
    if (!onOutside) return;
    // A daemon on another machine has another pid namespace.
    if (!this.engine.isOfThisMachine) {
      onUnwatched();
      return;
    }
    const { address: harness } = this.listenPlace;
    let stop: (() => Promise<void>) | undefined;
    scope.defer('stop watching the sockets of pods', () => stop?.());
    stop = watchPods({
      processes: () => pods.processes(),
      addresses: async () => ({ ...(await pods.addresses()), harness }),
      harnessPorts: ownPorts,
      onOutside,
      onUnwatched,
    });
  }

  get pods(): Pods {
    if (!this.#pods) throw new Error('no stack was planned');
    return this.#pods;
  }

  /** Name of the run, or of a part of it, in the daemon. */
  nameOf(...part: readonly string[]): string {
    return ['firedrill', this.#options.owner.run, ...part].join('-');
  }

  /** Reports a lost component once, and none during teardown. One error may be reported by several components. */
  reportLost(error: Error): void {
    if (this.#closing || this.#lost.has(error)) return;
    this.#lost.add(error);
    this.#options.onLost(error);
  }

  async #remove(): Promise<void> {
    this.#closing = true;
    const { engine } = this;
    const settled = this.#pods?.settled() ?? Promise.resolve();
    if (!(await settlesWithin(10_000, settled))) await engine.checkDaemonLost();
    engine.runEnd.abort();
    if (engine.daemonLost) throw engine.daemonLost;
    const own = ownerText(this.#options.owner);
    await removeAll(engine.api, (owner) => ownerText(owner) === own, new Set());
  }
}

/** Ports on which this process listens, including the receivers'. */
function ownPorts(rows: readonly SocketRow[]): Set<number> {
  const own = new Set(inodesOf(process.pid));
  return new Set(
    rows.filter(({ isListening, inode }) => isListening && own.has(inode)).map(({ local }) => local.port),
  );
}
