import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { broken } from '../../../core/errors.ts';
import { abilitiesOf } from '../../../core/runtime.ts';
import type { ComponentSpec, ImageFacts, SharedFolder, StackSpec } from '../../component.ts';
import type {
  Beside,
  CheckResult,
  HarnessEndpoint,
  PreparedComponent,
  RunningComponent,
  Runtime,
} from '../runtime.ts';
import { besideOf } from './beside.ts';
import { checkInContainer } from './check-in-container.ts';
import { type ContainerBase, checkContainer, componentContainer } from './component-container.ts';
import { ComponentRun } from './component-run.ts';
import { CopiedFiles, mounted } from './copied-files.ts';
import { DockerRun } from './docker-run.ts';
import { imageFactsOf } from './execution.ts';
import { containerMemory } from './memory.ts';
import type { DockerRuntimeOptions } from './options.ts';
import { unreachableFrom } from './unreachable.ts';

/**
 * Runs components as containers, by Testcontainers. A pod is a network namespace that its components share. Other pods
 * reach it by its name, and its ports are published to this machine only.
 */
export class DockerRuntime implements Runtime {
  readonly name = 'docker';
  readonly can = abilitiesOf.docker;
  readonly secret = randomBytes(16).toString('hex');
  readonly #options: DockerRuntimeOptions;
  readonly #facts = new Map<string, ImageFacts>();
  readonly #files = new CopiedFiles();
  readonly #runs = new Map<string, ComponentRun>();
  #dockerRun: DockerRun | undefined;
  /** Number of containers that were started beside the stack. */
  #besides = 0;

  constructor(options: DockerRuntimeOptions) {
    this.#options = options;
  }

  async harnessEndpoint(): Promise<HarnessEndpoint> {
    const { images, holder } = this.#options;
    const mayPull = [holder, ...images.values()].some(({ source }) => source === 'official');
    this.#dockerRun ??= await DockerRun.open({ ...this.#options, mayPull });
    const { bind, host } = this.#dockerRun.listenPlace;
    return { bind, host };
  }

  async plan(stack: StackSpec): Promise<void> {
    await this.harnessEndpoint();
    for (const spec of stack.components)
      if (spec.program.kind !== 'image') this.#facts.set(spec.name, imageFactsOf(spec));
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

  paths(component: string) {
    const { config, data } = this.#factsOf(component);
    return { config, data };
  }

  configOnHost(component: string): string {
    return join(this.#options.runDirectory, 'config', component);
  }

  provideFile(component: string, hostFile: string): string {
    return this.#files.add(component, hostFile);
  }

  home(component: string, binary: string): string {
    const { home } = this.#factsOf(component);
    if (home === undefined) throw new Error(`the image of ${component} has no home folder of ${binary}`);
    return home;
  }

  async check(
    spec: ComponentSpec,
    binary: string,
    args: readonly string[],
    signal: AbortSignal,
  ): Promise<CheckResult> {
    const frame = await this.#containerBaseOf(spec, `${spec.name}-check`);
    const container = checkContainer(frame, spec, binary, args);
    const labels = { component: spec.name, what: binary };
    return await checkInContainer(this.#opened.engine, container, labels, signal);
  }

  async start(component: PreparedComponent, signal: AbortSignal): Promise<RunningComponent> {
    const { spec } = component;
    const startedAt = performance.now();
    const { scope, runDirectory, readyWithinMs = 60_000 } = this.#options;
    const { engine, pods } = this.#opened;
    const run = new ComponentRun({
      ...{ engine, component, readyWithinMs, secret: this.secret },
      container: this.#opened.nameOf(spec.name),
      describe: async () => {
        const [pod, frame] = await Promise.all([pods.of(spec.pod), this.#containerBaseOf(spec, spec.name)]);
        return componentContainer(frame, component, pod, this.secret);
      },
      reach: () => this.reach(spec.pod, spec.ready.port),
      log: join(runDirectory, 'logs', `${spec.name}.log`),
      onLost: (error) => this.#opened.reportLost(error),
    });
    this.#runs.set(spec.name, run);
    const end = this.#endOf(spec);
    scope.defer(`stop ${spec.name}`, () => run.stop(...end), end[0] + 10_000);
    await run.start(signal);
    return { spec, readyAfterMs: performance.now() - startedAt };
  }

  async kill(component: string): Promise<void> {
    await this.#runOf(component).kill();
  }

  async terminate(component: string): Promise<void> {
    const run = this.#runOf(component);
    await run.terminate(...this.#endOf(run.spec));
  }

  async restart(component: string, signal: AbortSignal): Promise<void> {
    await this.#runOf(component).restart(signal);
  }

  async pause(component: string): Promise<void> {
    await this.#runOf(component).pause();
  }

  reconfigure(component: string): Promise<void> {
    return Promise.reject(
      new Error(`the files of ${component} are copied into its container before it starts`),
    );
  }

  async hangUp(component: string): Promise<void> {
    await this.#runOf(component).hangUp();
  }

  async unpause(component: string): Promise<void> {
    await this.#runOf(component).unpause();
  }

  async throttle(component: string, share: number): Promise<void> {
    await this.#runOf(component).throttle(share);
  }

  async unthrottle(component: string): Promise<void> {
    await this.throttle(component, 1);
  }

  async disconnect(pod: string): Promise<void> {
    await this.#opened.pods.started(pod).disconnect();
  }

  async reconnect(pod: string): Promise<void> {
    await this.#opened.pods.started(pod).reconnect();
  }

  async beside(): Promise<Beside> {
    return await besideOf(this.#opened, () => `beside-${++this.#besides}`);
  }

  async unreachable(addresses: readonly string[]): Promise<readonly string[]> {
    const { engine } = this.#opened;
    const nodeOf = (name: string) => this.#facts.get(name)?.entrypoint.find((path) => path.endsWith('/node'));
    const name = [...this.#runs.keys()].find(nodeOf);
    if (name === undefined) return [];
    const container = engine.docker.getContainer(this.#opened.nameOf(name));
    return await unreachableFrom(engine, container, nodeOf(name) ?? '', addresses);
  }

  async memory(): Promise<ReadonlyMap<string, number>> {
    const { engine } = this.#opened;
    const bytes = async (name: string) =>
      [name, await containerMemory(engine.api, this.#opened.nameOf(name))] as const;
    return new Map((await Promise.all([...this.#runs.keys()].map(bytes))).filter(([, held]) => held > 0));
  }

  get #opened(): DockerRun {
    if (!this.#dockerRun) throw new Error('no stack was planned');
    return this.#dockerRun;
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

  /** How long a component may take to end, in milliseconds, and the signal that asks it to. */
  #endOf({ program, graceMs }: ComponentSpec): [graceMs: number, first: NodeJS.Signals] {
    // Postgres waits for its clients on SIGTERM and disconnects them on SIGINT.
    const first = program.kind === 'postgres' ? 'SIGINT' : 'SIGTERM';
    return [graceMs ?? this.#options.graceMs ?? 5_000, first];
  }

  async #containerBaseOf({ name: component, program }: ComponentSpec, part: string): Promise<ContainerBase> {
    const { labels } = this.#opened;
    const name = this.#opened.nameOf(part);
    const volumeOf = ({ name: folder }: SharedFolder) => this.#opened.nameOf(folder);
    const own = { name, labels, volumeOf };
    if (program.kind === 'image')
      return { ...own, image: program.reference, files: await mounted(program.files) };
    const image = this.#options.images.get(component)?.reference;
    if (image === undefined) throw broken(component, 'no image was found');
    const { config } = this.#factsOf(component);
    return {
      ...{ ...own, image },
      files: await this.#files.of(component, this.configOnHost(component), config),
    };
  }
}
