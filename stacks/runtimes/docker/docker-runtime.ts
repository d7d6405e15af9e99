import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { broken } from '../../../core/errors.ts';
import { abilitiesOf } from '../../../core/runtime.ts';
import type { ComponentSpec, ImageFacts, StackSpec } from '../../component.ts';
import type { CheckResult, ListenPlace, PreparedComponent, RunningComponent, Runtime } from '../runtime.ts';
import { checkInContainer } from './check-in-container.ts';
import { ComponentRun } from './component-run.ts';
import { CopiedFiles } from './copied-files.ts';
import { checkContainer, componentContainer, type Frame } from './describe.ts';
import { memoryOf } from './memory.ts';
import type { DockerRuntimeOptions } from './options.ts';
import { factsOf } from './program.ts';
import { RunInDaemon } from './run-in-daemon.ts';
import { unreachableFrom } from './unreachable.ts';

/**
 * Components as containers, by Testcontainers. A pod is a network namespace that its components share; its name leads to
 * it from every other pod, and its ports are published to this machine alone.
 */
export class DockerRuntime implements Runtime {
  readonly name = 'docker';
  readonly can = abilitiesOf.docker;
  readonly secret = randomBytes(16).toString('hex');
  readonly #options: DockerRuntimeOptions;
  readonly #facts = new Map<string, ImageFacts>();
  readonly #files = new CopiedFiles();
  readonly #runs = new Map<string, ComponentRun>();
  #inDaemon: RunInDaemon | undefined;

  constructor(options: DockerRuntimeOptions) {
    this.#options = options;
  }

  async listenPlace(): Promise<ListenPlace> {
    const { images, holder } = this.#options;
    const mayPull = [holder, ...images.values()].some(({ source }) => source === 'official');
    this.#inDaemon ??= await RunInDaemon.open({ ...this.#options, mayPull });
    const { bind, host } = this.#inDaemon.listenPlace;
    return { bind, host };
  }

  async plan(stack: StackSpec): Promise<void> {
    await this.listenPlace();
    for (const spec of stack.components) this.#facts.set(spec.name, factsOf(spec));
    await this.#opened.plan(stack);
  }

  address(pod: string, port: number): string {
    return `${pod}:${port}`;
  }

  localAddress(_: string, port: number): string {
    return `127.0.0.1:${port}`;
  }

  listenAddress(_: string, port: number): string {
    return `0.0.0.0:${port}`;
  }

  reach(pod: string, port: number): string {
    return this.#opened.pods.started(pod).reach(port);
  }

  places(component: string) {
    const { config, data } = this.#factsOf(component);
    return { config, data };
  }

  configOnHost(component: string): string {
    return join(this.#options.runDirectory, 'config', component);
  }

  give(component: string, hostFile: string): string {
    return this.#files.give(component, hostFile);
  }

  home(component: string, binary: string): string {
    const { home } = this.#factsOf(component);
    if (home === undefined)
      throw new Error(`the image of ${component} has no folder of ${binary}'s own files`);
    return home;
  }

  async check(
    spec: ComponentSpec,
    binary: string,
    args: readonly string[],
    signal: AbortSignal,
  ): Promise<CheckResult> {
    const frame = await this.#frameOf(spec.name, `${spec.name}-check`);
    const container = checkContainer(frame, spec, binary, args);
    const told = { component: spec.name, what: binary };
    return await checkInContainer(this.#opened.engine, container, told, signal);
  }

  async start(component: PreparedComponent, signal: AbortSignal): Promise<RunningComponent> {
    const { spec } = component;
    const startedAt = performance.now();
    const { scope, runDirectory, readyWithinMs = 60_000 } = this.#options;
    const { engine, pods } = this.#opened;
    const run = new ComponentRun({
      ...{ engine, component, readyWithinMs, secret: this.secret },
      container: this.#opened.named(spec.name),
      describe: async () => {
        const [pod, frame] = await Promise.all([pods.of(spec.pod), this.#frameOf(spec.name, spec.name)]);
        return componentContainer(frame, component, pod, this.secret);
      },
      reach: () => this.reach(spec.pod, spec.ready.port),
      log: join(runDirectory, 'logs', `${spec.name}.log`),
      onLost: (error) => this.#opened.lose(error),
    });
    this.#runs.set(spec.name, run);
    const graceMs = spec.graceMs ?? this.#options.graceMs ?? 5_000;
    // Postgres' TERM waits for its clients; INT ends them.
    const first = spec.program.kind === 'postgres' ? 'SIGINT' : 'SIGTERM';
    scope.defer(`stop ${spec.name}`, () => run.stop(graceMs, first), graceMs + 10_000);
    await run.start(signal);
    return { spec, readyAfterMs: performance.now() - startedAt };
  }

  async kill(component: string): Promise<void> {
    await this.#runOf(component).kill();
  }

  async restart(component: string, signal: AbortSignal): Promise<void> {
    await this.#runOf(component).restart(signal);
  }

  async pause(component: string): Promise<void> {
    await this.#runOf(component).pause();
  }

  async unpause(component: string): Promise<void> {
    await this.#runOf(component).unpause();
  }

  async disconnect(pod: string): Promise<void> {
    await this.#opened.pods.started(pod).disconnect();
  }

  async reconnect(pod: string): Promise<void> {
    await this.#opened.pods.started(pod).reconnect();
  }

  async unreachable(addresses: readonly string[]): Promise<readonly string[]> {
    const { engine } = this.#opened;
    const nodeOf = (name: string) => this.#factsOf(name).entrypoint.find((path) => path.endsWith('/node'));
    const name = [...this.#runs.keys()].find(nodeOf);
    if (name === undefined) return [];
    const container = engine.docker.getContainer(this.#opened.named(name));
    return await unreachableFrom(engine, container, nodeOf(name) ?? '', addresses);
  }

  async memory(): Promise<ReadonlyMap<string, number>> {
    const { engine } = this.#opened;
    const bytes = async (name: string) =>
      [name, await memoryOf(engine.api, this.#opened.named(name))] as const;
    return new Map((await Promise.all([...this.#runs.keys()].map(bytes))).filter(([, held]) => held > 0));
  }

  get #opened(): RunInDaemon {
    if (!this.#inDaemon) throw new Error('no stack was planned');
    return this.#inDaemon;
  }

  #factsOf(component: string): ImageFacts {
    const facts = this.#facts.get(component);
    if (!facts) throw new Error(`${component} is not part of the stack`);
    return facts;
  }

  #runOf(component: string): ComponentRun {
    const run = this.#runs.get(component);
    if (!run) throw new Error(`${component} was not started`);
    return run;
  }

  async #frameOf(component: string, part: string): Promise<Frame> {
    const image = this.#options.images.get(component)?.reference;
    if (image === undefined) throw broken(component, 'no image was found for it');
    const { config } = this.#factsOf(component);
    const files = await this.#files.of(component, this.configOnHost(component), config);
    return { name: this.#opened.named(part), image, labels: this.#opened.labels, files };
  }
}
