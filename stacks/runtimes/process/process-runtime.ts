import { mkdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import axios from 'axios';
import { broken } from '../../../core/errors.ts';
import { type Look, met, notYet, until } from '../../../core/poll.ts';
import type { Scope } from '../../../core/scope.ts';
import type { ComponentSpec, StackSpec } from '../../component.ts';
import type { PreparedComponent, RunningComponent, Runtime } from '../runtime.ts';
import { type Child, startChild, tailOf } from './child.ts';
import { type Owner, ownerText, ownerVariable, temporaryDirectory } from './owner.ts';
import { freePorts } from './ports.ts';
import { initialisePostgres } from './postgres.ts';

/** Longest time from start to ready, of any component on a loaded machine. */
const readyWithinMs = 60_000;

export interface ProcessRuntimeOptions {
  readonly owner: Owner;
  readonly runDirectory: string;
  readonly projectDirectory: string;
  readonly scope: Scope;
  /** Where a binary of the toolchain is. */
  readonly binary: (name: string) => string;
  /** Node 24, which runs the sample app. */
  readonly node: string;
  /** What every component inherits, e.g. PATH. */
  readonly env: Readonly<Record<string, string>>;
  /** Ports the user asked for, by component name. */
  readonly fixedPorts: ReadonlyMap<string, number>;
  /** Told when a component ends that nobody asked to end. */
  readonly onLost: (error: Error) => void;
}

/** Components as child processes on loopback. */
export class ProcessRuntime implements Runtime {
  readonly name = 'process';
  readonly #options: ProcessRuntimeOptions;
  #ports = new Map<string, number>();
  /** Components that are being stopped on purpose. */
  readonly #leaving = new Set<string>();

  constructor(options: ProcessRuntimeOptions) {
    this.#options = options;
  }

  async plan(stack: StackSpec): Promise<void> {
    const wanted = new Map<string, number | undefined>();
    for (const { name, pod, ports } of stack.components) {
      ports.forEach((port, i) => {
        wanted.set(`${pod}:${port}`, i === 0 ? this.#options.fixedPorts.get(name) : undefined);
      });
    }
    this.#ports = await freePorts(wanted);
  }

  address(pod: string, port: number): string {
    const found = this.#ports.get(`${pod}:${port}`);
    if (found === undefined) throw new Error(`${pod}:${port} is not part of the stack`);
    return `127.0.0.1:${found}`;
  }

  /** The same: there is one network. */
  listenAddress(pod: string, port: number): string {
    return this.address(pod, port);
  }

  places(component: string) {
    const { runDirectory, owner } = this.#options;
    return {
      config: join(runDirectory, 'config', component),
      data: join(temporaryDirectory(owner), component),
    };
  }

  async start(component: PreparedComponent, signal: AbortSignal): Promise<RunningComponent> {
    const { spec } = component;
    const { scope, onLost, runDirectory } = this.#options;
    const log = join(runDirectory, 'logs', `${spec.name}.log`);
    const { data } = this.places(spec.name);
    await mkdir(data, { recursive: true });

    const startedAt = performance.now();
    let child: Child | undefined;
    scope.defer(`stop ${spec.name}`, async () => {
      this.#leaving.add(spec.name);
      // Postgres' TERM waits for its clients; INT ends them.
      await child?.stop(5_000, spec.program.kind === 'postgres' ? 'SIGINT' : 'SIGTERM');
      await rm(data, { recursive: true, force: true });
    });
    const ended = new AbortController();
    child = await this.#spawn(component, log, signal);
    child.exited.then(
      async ({ code, signal: by }) => {
        if (this.#leaving.has(spec.name)) return;
        const error = broken(
          spec.name,
          `${spec.name} ended by itself (${by ?? `exit code ${code}`}):\n${await tailOf(log)}`,
          `its whole log is ${log}`,
        );
        ended.abort(error);
        onLost(error);
      },
      (error: Error) => ended.abort(error),
    );
    await until(`${spec.name} to be ready`, () => this.#look(spec), {
      where: spec.name,
      withinMs: readyWithinMs,
      everyMs: 50,
      signal: AbortSignal.any([signal, ended.signal]),
      hint: `its log is ${log}`,
    });
    return { spec, readyAfterMs: performance.now() - startedAt };
  }

  async #spawn({ spec, args, env }: PreparedComponent, log: string, signal: AbortSignal): Promise<Child> {
    const { owner, binary, node, projectDirectory, env: inherited } = this.#options;
    const { data } = this.places(spec.name);
    const base = {
      env: { ...inherited, ...env, [ownerVariable]: ownerText(owner) },
      cwd: projectDirectory,
      log,
    };
    signal.throwIfAborted();
    const { program } = spec;
    if (program.kind === 'binary') return startChild({ ...base, file: binary(program.binary), args });
    if (program.kind === 'node') {
      const imports = program.imports.flatMap((path) => ['--import', `./${path}`]);
      return startChild({ ...base, file: node, args: [...imports, program.entry, ...args] });
    }
    const temporary = temporaryDirectory(owner);
    const cluster = join(data, 'cluster');
    const { server, uid } = await initialisePostgres({
      data: cluster,
      temporary,
      log,
      env: base.env,
      signal,
    });
    const port = this.#ports.get(`${spec.pod}:${spec.ports[0]}`);
    return startChild({
      ...base,
      file: server,
      // No socket file and no fsync: one run's data, thrown away with it.
      args: ['-D', cluster, '-p', String(port), '-h', '127.0.0.1', '-k', '', '-F', ...args],
      cwd: temporary,
      ...(uid === undefined ? {} : { uid }),
    });
  }

  async #look({ pod, ready }: ComponentSpec): Promise<Look<true>> {
    const address = this.address(pod, ready.port);
    if (ready.kind === 'tcp')
      return (await accepts(address)) ? met(true) : notYet(`${address} refuses connections`);
    const url = `http://${address}${ready.path}`;
    const { status } = await axios.get(url, { timeout: 2_000, validateStatus: () => true, proxy: false });
    return status === 200 ? met(true) : notYet(`${url} answers ${status}`);
  }
}

const accepts = (address: string): Promise<boolean> =>
  new Promise((done) => {
    const [host = '', port] = address.split(':');
    const socket = connect({ host, port: Number(port) });
    socket.once('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });
