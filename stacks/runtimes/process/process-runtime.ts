import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { abilitiesOf } from '../../../core/runtime.ts';
import type { ComponentSpec, StackSpec } from '../../component.ts';
import {
  type CheckResult,
  type HarnessEndpoint,
  type PreparedComponent,
  RetryStart,
  type RunningComponent,
  type Runtime,
} from '../runtime.ts';
import { type ComponentProcess, launch } from './launch.ts';
import { memoryByComponent } from './memory.ts';
import { ownedEnvironment, temporaryDirectory } from './owner.ts';
import { reservePorts } from './ports.ts';
import type { ProcessRuntimeOptions } from './process-runtime-options.ts';
import { runCheck } from './run-check.ts';
import { clusterIn, releaseSharedMemory } from './shared-memory.ts';
import { watchSockets } from './socket-watch.ts';

/**
 * Runs components as child processes on the loopback interface. All pods share it, so an address is the same from
 * everywhere.
 */
export class ProcessRuntime implements Runtime {
  readonly name = 'process';
  readonly can = abilitiesOf.process;
  readonly secret = randomBytes(16).toString('hex');
  readonly #options: ProcessRuntimeOptions;
  readonly #runs = new Map<string, ComponentProcess>();
  #ports: ReadonlyMap<string, number> = new Map();

  constructor(options: ProcessRuntimeOptions) {
    this.#options = options;
  }

  async harnessEndpoint(): Promise<HarnessEndpoint> {
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
    // Components stop before the watch does, and their targets after it.
    scope.defer('check sockets a last time', () => stop?.());
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

  paths(component: string) {
    const data = join(temporaryDirectory(this.#options.owner), component);
    return { config: this.configOnHost(component), data };
  }

  configOnHost(component: string): string {
    return join(this.#options.runDirectory, 'config', component);
  }

  provideFile(_: string, hostFile: string): string {
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
    const run: ComponentProcess = { component, log, isStopping: false };
    this.#runs.set(spec.name, run);
    this.#deferStop(run);
    const { data } = this.paths(spec.name);
    await mkdir(data, { recursive: true, mode: 0o700 });
    try {
      await this.#launch(run, signal, spec.retryStartOn);
    } catch (error) {
      if (!(error instanceof RetryStart)) throw error;
      await rm(data, { recursive: true, force: true, maxRetries: 5 });
      await mkdir(data, { mode: 0o700 });
      await this.#launch(run, signal);
    }
    return { spec, readyAfterMs: performance.now() - startedAt };
  }

  async kill(component: string): Promise<void> {
    const { isPostgres, graceMs } = this.#endOf(component);
    // Only Postgres itself reaches its processes, since each has a process group of its own. On SIGQUIT it ends them at
    // once and without a checkpoint, as in a crash.
    if (isPostgres) await this.#end(component, graceMs, 'SIGQUIT');
    else await this.#end(component, 0, 'SIGKILL');
  }

  async terminate(component: string): Promise<void> {
    const { graceMs, gentle } = this.#endOf(component);
    await this.#end(component, graceMs, gentle);
  }

  async restart(component: string, signal: AbortSignal): Promise<void> {
    const run = this.#runOf(component);
    if (!run.isStopping) return;
    run.isStopping = false;
    await this.#launch(run, signal);
  }

  async pause(component: string): Promise<void> {
    await (await this.#runOf(component).child)?.pause();
  }

  async unpause(component: string): Promise<void> {
    (await this.#runOf(component).child)?.kill('SIGCONT');
  }

  async throttle(component: string, share: number): Promise<void> {
    await (await this.#runOf(component).child)?.throttle(share);
  }

  async unthrottle(component: string): Promise<void> {
    await this.throttle(component, 1);
  }

  disconnect(pod: string): Promise<void> {
    return Promise.reject(
      new Error(`${pod} shares this machine's network and cannot be disconnected from it`),
    );
  }

  reconnect(pod: string): Promise<void> {
    return this.disconnect(pod);
  }

  async reconfigure(component: string, file: string, text: string | undefined): Promise<void> {
    const path = join(this.configOnHost(component), file);
    if (text === undefined) await rm(path, { force: true });
    else await writeFile(path, text, { mode: 0o600 });
    (await this.#runOf(component).child)?.kill('SIGHUP');
  }

  async hangUp(component: string): Promise<void> {
    (await this.#runOf(component).child)?.signal('SIGHUP');
  }

  beside(): Promise<never> {
    return Promise.reject(new Error('processes run on this machine, and nothing runs beside them'));
  }

  unreachable(): Promise<readonly string[]> {
    // Components share the harness' loopback interface.
    return Promise.resolve([]);
  }

  async memory(): Promise<ReadonlyMap<string, number>> {
    return memoryByComponent(this.#options.owner.run);
  }

  #processes(): Map<number, string> {
    return new Map([...this.#runs].flatMap(([name, { pid }]) => (pid === undefined ? [] : [[pid, name]])));
  }

  #runOf(component: string): ComponentProcess {
    const run = this.#runs.get(component);
    if (!run) throw new Error(`${component} was not started`);
    return run;
  }

  #launch(run: ComponentProcess, signal: AbortSignal, again?: string): Promise<void> {
    const { name, pod, ports, ready } = run.component.spec;
    const { data } = this.paths(name);
    const port = this.#ports.get(`${pod}:${ports[0]}`);
    const address = this.address(pod, ready.port);
    return launch(
      run,
      { ...this.#options, data, port, address, secret: this.secret, retryOn: again },
      signal,
    );
  }

  /** How a component is ended. */
  #endOf(component: string): { isPostgres: boolean; graceMs: number; gentle: NodeJS.Signals } {
    const { spec } = this.#runOf(component).component;
    const isPostgres = spec.program.kind === 'postgres';
    const graceMs = spec.graceMs ?? this.#options.graceMs ?? 5_000;
    // Postgres waits for its clients on SIGTERM and disconnects them on SIGINT.
    return { isPostgres, graceMs, gentle: isPostgres ? 'SIGINT' : 'SIGTERM' };
  }

  async #end(component: string, graceMs: number, first: NodeJS.Signals): Promise<void> {
    const run = this.#runOf(component);
    run.isStopping = true;
    await (await run.child)?.stop(graceMs, first);
  }

  #deferStop(run: ComponentProcess): void {
    const { spec } = run.component;
    const { data } = this.paths(spec.name);
    const { scope } = this.#options;
    const { isPostgres, graceMs, gentle } = this.#endOf(spec.name);
    scope.defer(
      `stop ${spec.name}`,
      async () => {
        run.isStopping = true;
        const child = await run.child?.catch(() => undefined);
        await child?.stop(graceMs, gentle);
        // If this fails the files are kept, since the watcher needs them to find the shared memory.
        if (isPostgres) await releaseSharedMemory(clusterIn(data));
        await rm(data, { recursive: true, force: true, maxRetries: 5 });
      },
      graceMs + 5_000,
    );
  }
}
