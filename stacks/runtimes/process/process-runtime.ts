import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { abilitiesOf } from '../../../core/runtime.ts';
import type { ComponentSpec, StackSpec } from '../../component.ts';
import {
  type CheckResult,
  type ListenPlace,
  type PreparedComponent,
  type RunningComponent,
  type Runtime,
  StartAgain,
} from '../runtime.ts';
import { launch, type Run } from './launch.ts';
import { memoryOf } from './memory.ts';
import { ownedEnvironment, temporaryDirectory } from './owner.ts';
import { reservePorts } from './ports.ts';
import type { ProcessRuntimeOptions } from './process-runtime-options.ts';
import { runCheck } from './run-check.ts';
import { clusterIn, releaseSharedMemory } from './shared-memory.ts';
import { watchSockets } from './socket-watch.ts';

/** Components as child processes on loopback, where every pod is one network: what listens has one address for all. */
export class ProcessRuntime implements Runtime {
  readonly name = 'process';
  readonly can = abilitiesOf.process;
  readonly secret = randomBytes(16).toString('hex');
  readonly #options: ProcessRuntimeOptions;
  readonly #runs = new Map<string, Run>();
  #ports: ReadonlyMap<string, number> = new Map();

  constructor(options: ProcessRuntimeOptions) {
    this.#options = options;
  }

  async listenPlace(): Promise<ListenPlace> {
    return { bind: '127.0.0.1', host: '127.0.0.1' };
  }

  async plan(stack: StackSpec): Promise<void> {
    const wanted = new Map<string, number | undefined>();
    for (const { name, pod, ports } of stack.components) {
      ports.forEach((port, i) => {
        wanted.set(`${pod}:${port}`, i === 0 ? this.#options.fixedPorts.get(name) : undefined);
      });
    }
    const { scope, onOutside } = this.#options;
    this.#ports = await reservePorts(wanted, scope);
    if (!onOutside) return;
    let stop: (() => void) | undefined;
    // Components end before the watch does, and whoever they send to only after it.
    scope.defer('look at sockets a last time', () => stop?.());
    stop = watchSockets({
      ports: new Set(this.#ports.values()),
      processes: () => this.#processes(),
      onOutside,
    });
  }

  address(pod: string, port: number): string {
    const found = this.#ports.get(`${pod}:${port}`);
    if (found === undefined) throw new Error(`${pod}:${port} is not part of the stack`);
    return `127.0.0.1:${found}`;
  }

  localAddress(pod: string, port: number): string {
    return this.address(pod, port);
  }

  listenAddress(pod: string, port: number): string {
    return this.address(pod, port);
  }

  reach(pod: string, port: number): string {
    return this.address(pod, port);
  }

  places(component: string) {
    const data = join(temporaryDirectory(this.#options.owner), component);
    return { config: this.configOnHost(component), data };
  }

  configOnHost(component: string): string {
    return join(this.#options.runDirectory, 'config', component);
  }

  give(_: string, hostFile: string): string {
    return hostFile;
  }

  home(_: string, binary: string): string {
    return this.#options.home(binary);
  }

  check(
    _: ComponentSpec,
    binary: string,
    args: readonly string[],
    signal: AbortSignal,
  ): Promise<CheckResult> {
    const { env, owner } = this.#options;
    return runCheck(this.#options.binary(binary), args, ownedEnvironment(env, owner), signal);
  }

  async start(component: PreparedComponent, signal: AbortSignal): Promise<RunningComponent> {
    const { spec } = component;
    const startedAt = performance.now();
    const log = join(this.#options.runDirectory, 'logs', `${spec.name}.log`);
    const run: Run = { component, log, leaving: false };
    this.#runs.set(spec.name, run);
    this.#deferStop(run);
    const { data } = this.places(spec.name);
    await mkdir(data, { recursive: true, mode: 0o700 });
    try {
      await this.#launch(run, signal, spec.startsAgainAfter);
    } catch (error) {
      if (!(error instanceof StartAgain)) throw error;
      await rm(data, { recursive: true, force: true, maxRetries: 5 });
      await mkdir(data, { mode: 0o700 });
      await this.#launch(run, signal);
    }
    return { spec, readyAfterMs: performance.now() - startedAt };
  }

  async kill(component: string): Promise<void> {
    const run = this.#runOf(component);
    // Another may say so in its log, where the word of the process before it still stands.
    if (run.component.spec.ready.kind !== 'http') throw new Error(`${component} cannot be killed`);
    run.leaving = true;
    await (await run.child)?.stop(0, 'SIGKILL');
  }

  async restart(component: string, signal: AbortSignal): Promise<void> {
    const run = this.#runOf(component);
    if (!run.leaving) return;
    run.leaving = false;
    await this.#launch(run, signal);
  }

  async pause(component: string): Promise<void> {
    await (await this.#runOf(component).child)?.pause();
  }

  async unpause(component: string): Promise<void> {
    (await this.#runOf(component).child)?.kill('SIGCONT');
  }

  disconnect(pod: string): Promise<void> {
    return Promise.reject(new Error(`${pod} is on this machine's own network and cannot be taken off it`));
  }

  reconnect(pod: string): Promise<void> {
    return this.disconnect(pod);
  }

  unreachable(): Promise<readonly string[]> {
    // Components are on the harness' own loopback.
    return Promise.resolve([]);
  }

  async memory(): Promise<ReadonlyMap<string, number>> {
    return memoryOf(this.#options.owner.run);
  }

  #processes(): Map<number, string> {
    return new Map([...this.#runs].flatMap(([name, { pid }]) => (pid === undefined ? [] : [[pid, name]])));
  }

  #runOf(component: string): Run {
    const run = this.#runs.get(component);
    if (!run) throw new Error(`${component} was not started`);
    return run;
  }

  #launch(run: Run, signal: AbortSignal, again?: string): Promise<void> {
    const { name, pod, ports, ready } = run.component.spec;
    const { data } = this.places(name);
    const port = this.#ports.get(`${pod}:${ports[0]}`);
    const address = this.address(pod, ready.port);
    return launch(run, { ...this.#options, data, port, address, secret: this.secret, again }, signal);
  }

  #deferStop(run: Run): void {
    const { spec } = run.component;
    const { data } = this.places(spec.name);
    const { scope } = this.#options;
    const graceMs = spec.graceMs ?? this.#options.graceMs ?? 5_000;
    scope.defer(
      `stop ${spec.name}`,
      async () => {
        run.leaving = true;
        // Postgres' TERM waits for its clients; INT ends them.
        const child = await run.child?.catch(() => undefined);
        await child?.stop(graceMs, spec.program.kind === 'postgres' ? 'SIGINT' : 'SIGTERM');
        // Where this fails the files stay: they tell the watcher what else is to be removed.
        if (spec.program.kind === 'postgres') await releaseSharedMemory(clusterIn(data));
        await rm(data, { recursive: true, force: true, maxRetries: 5 });
      },
      graceMs + 5_000,
    );
  }
}
