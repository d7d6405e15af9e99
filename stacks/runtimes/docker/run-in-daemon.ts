import type { Scope } from '../../../core/scope.ts';
import type { StackSpec } from '../../component.ts';
import { dockerClient } from '../../images/daemon.ts';
import type { OutsideConnection } from '../outside.ts';
import { type Owner, ownerText } from '../process/owner.ts';
import { reservePorts } from '../process/ports.ts';
import { inodesOf } from '../process/socket-watch.ts';
import type { SocketRow } from '../sockets.ts';
import { Engine } from './engine.ts';
import { type Labels, labelsOf } from './labels.ts';
import { type DockerListenPlace, listenPlaceOf } from './listen-place.ts';
import { isDoneWithin } from './patience.ts';
import type { Holder } from './pod.ts';
import { watchPods } from './pod-watch.ts';
import { Pods, portsByPod } from './pods.ts';
import { removeAll } from './reap.ts';
import { openRyuk } from './ryuk.ts';

export interface RunInDaemonOptions {
  readonly owner: Owner;
  readonly scope: Scope;
  /** Of the container that owns a pod's network. */
  readonly holder: Holder;
  /** Ports of the daemon's machine that the user asked for, by component name. */
  readonly fixedPorts: ReadonlyMap<string, number>;
  /** Whether images come from a registry. */
  readonly mayPull: boolean;
  readonly onLost: (error: Error) => void;
  /** Told of each address beyond the run that a pod tried to reach. Without it nobody looks. */
  readonly onOutside?: (found: OutsideConnection) => void;
  /** Told where the sockets of the pods cannot be seen from this machine. */
  readonly onUnwatched?: () => void;
}

/** What a run has in a daemon besides its components. */
export class RunInDaemon {
  readonly engine: Engine;
  readonly listenPlace: DockerListenPlace;
  readonly labels: Labels;
  readonly #options: RunInDaemonOptions;
  readonly #lost = new Set<Error>();
  #pods: Pods | undefined;
  #closing = false;

  private constructor(
    engine: Engine,
    listenPlace: DockerListenPlace,
    labels: Labels,
    options: RunInDaemonOptions,
  ) {
    this.engine = engine;
    this.listenPlace = listenPlace;
    this.labels = labels;
    this.#options = options;
  }

  /** @throws FiredrillError `broken` when no daemon answers, or one that cannot reach us. */
  static async open(options: RunInDaemonOptions): Promise<RunInDaemon> {
    const engine = await Engine.of(await dockerClient(new AbortController().signal));
    const listenPlace = await listenPlaceOf(engine);
    const ryuk = await openRyuk(engine, options.mayPull);
    return new RunInDaemon(engine, listenPlace, { ...labelsOf(options.owner), ...ryuk }, options);
  }

  /** Has the pods of a stack started, and everything of the run removed at its end. */
  async plan(stack: StackSpec): Promise<void> {
    const { scope, fixedPorts, holder } = this.#options;
    const { engine, labels, listenPlace } = this;
    // Here they can still be refused as the bad input that they are.
    if (engine.isOfThisMachine) await reservePorts(fixedPorts, scope);
    scope.defer('remove containers and networks', () => this.#remove(), 30_000);
    const onLost = (error: Error) => this.lose(error);
    this.#pods = new Pods({
      ...{ engine, labels, listenPlace, holder, onLost },
      ports: portsByPod(stack, fixedPorts),
      name: this.named(),
    });
    this.#watch(this.#pods);
  }

  #watch(pods: Pods): void {
    const { onOutside, onUnwatched = () => {}, scope } = this.#options;
    if (!onOutside) return;
    // A daemon elsewhere counts processes of its own.
    if (!this.engine.isOfThisMachine) {
      onUnwatched();
      return;
    }
    const { address: harness } = this.listenPlace;
    let stop: (() => Promise<void>) | undefined;
    scope.defer('look no more at the sockets of pods', () => stop?.());
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

  /** What the run, or a part of it, is called in the daemon. */
  named(...part: readonly string[]): string {
    return ['firedrill', this.#options.owner.run, ...part].join('-');
  }

  /** Reports a lost component once, and none during teardown. One error may be reported by several components. */
  lose(error: Error): void {
    if (this.#closing || this.#lost.has(error)) return;
    this.#lost.add(error);
    this.#options.onLost(error);
  }

  async #remove(): Promise<void> {
    this.#closing = true;
    const { engine } = this;
    const settled = this.#pods?.settled() ?? Promise.resolve();
    if (!(await isDoneWithin(10_000, settled))) await engine.lossOfDaemon();
    engine.over.abort();
    if (engine.gone) throw engine.gone;
    const own = ownerText(this.#options.owner);
    await removeAll(engine.api, (owner) => ownerText(owner) === own, new Set());
  }
}

/** On which this process listens, the receivers among them. */
function ownPorts(rows: readonly SocketRow[]): Set<number> {
  const own = new Set(inodesOf(process.pid));
  return new Set(
    rows.filter(({ isListening, inode }) => isListening && own.has(inode)).map(({ local }) => local.port),
  );
}
