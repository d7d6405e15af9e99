import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { broken, FiredrillError, messageOf } from '../../../core/errors.ts';
import { orAbort } from '../../../core/on-abort.ts';
import { type PollResult, until } from '../../../core/poll.ts';
import { logTailOf } from '../process/child.ts';
import { checkReady } from '../process/ready.ts';
import { readyByExit, runWithinMs } from '../process/ready-command.ts';
import { type PreparedComponent, RetryStart } from '../runtime.ts';
import type { RunContainer } from './container.ts';
import { type ContainerExit, exitText } from './container-exit.ts';
import { daemonMessage, type Engine } from './engine.ts';
import { execIn } from './exec-in.ts';
import { ignoreDaemonError } from './ignore-daemon-error.ts';
import { captureOutput } from './output.ts';
import { checkPostgresQueries } from './postgres-readiness.ts';
import { settlesWithin } from './settles-within.ts';
import { waitForExit } from './wait-for-exit.ts';

/** How long a connection to a published port stays open if something listens in the container, in milliseconds. */
const heldMs = 500;

export interface ComponentRunOptions {
  readonly engine: Engine;
  readonly component: PreparedComponent;
  /** Name of its container, which `describe` configures. */
  readonly container: string;
  readonly describe: () => Promise<RunContainer>;
  /** `host:port` of its readiness check; known once `describe` has resolved. */
  readonly reach: () => string;
  /** File for its output. */
  readonly log: string;
  readonly secret: string;
  readonly onLost: (error: Error) => void;
  readonly readyWithinMs: number;
}

/** A component in its container, across restarts. */
export class ComponentRun {
  readonly #options: ComponentRunOptions;
  /** Settled once the latest start of the container has succeeded or failed. */
  #starting: Promise<unknown> = Promise.resolve();
  /** Exit of its latest start. */
  #ended: Promise<ContainerExit> | undefined;
  #written: Promise<void> = Promise.resolve();
  /** Where the output of its latest start begins in its log, in bytes. */
  #logFrom = 0;
  /** Whether its end was requested. */
  #isStopping = false;

  constructor(options: ComponentRunOptions) {
    this.#options = options;
  }

  get #container() {
    return this.#options.engine.docker.getContainer(this.#options.container);
  }

  /** @throws FiredrillError `broken` with the end of the log if it exits or is not ready in time. */
  async start(signal: AbortSignal): Promise<void> {
    const create = async () => {
      const container = await this.#options.describe();
      await container.withBeforeStart(() => this.#follow()).start();
    };
    const { engine, component, container } = this.#options;
    try {
      await this.#launch(create(), signal, component.spec.retryStartOn);
    } catch (error) {
      if (!(error instanceof RetryStart)) throw error;
      const anew = async () => {
        await engine.api.remove(`/containers/${container}?force=1&v=1`);
        await create();
      };
      await this.#launch(anew(), signal);
    }
  }

  get spec() {
    return this.#options.component.spec;
  }

  async kill(): Promise<void> {
    this.#isStopping = true;
    await this.#send('SIGKILL');
    await this.#ended;
  }

  /** Sends `first`, and SIGKILL after `graceMs`; resolves when the container has exited. */
  async terminate(graceMs: number, first: NodeJS.Signals): Promise<void> {
    this.#isStopping = true;
    await this.#send(first);
    if (this.#ended && !(await settlesWithin(graceMs, this.#ended))) await this.#send('SIGKILL');
    await this.#ended;
  }

  async restart(signal: AbortSignal): Promise<void> {
    if (!this.#isStopping) return;
    this.#isStopping = false;
    const again = async () => {
      await this.#follow();
      await this.#container.start();
    };
    await this.#launch(again(), signal);
  }

  async pause(): Promise<void> {
    await this.#container.pause().catch(ignoreDaemonError('already paused'));
  }

  async unpause(): Promise<void> {
    await this.#container.unpause().catch(ignoreDaemonError('not paused', 'not running'));
  }

  /** Limits it to this share of its processors: those of its limit, or all. */
  async throttle(share: number): Promise<void> {
    const { engine, component } = this.#options;
    const cpus = component.spec.limits?.cpus ?? (await engine.docker.info()).NCPU;
    // The daemon refuses less than a hundredth of a processor.
    await this.#container.update({ NanoCpus: Math.round(Math.max(0.01, cpus * share) * 1e9) });
  }

  async hangUp(): Promise<void> {
    await this.#send('SIGHUP');
  }

  /**
   * Sends `first`, and SIGKILL after `graceMs`. Resolves when the container has exited and its log is complete, or when
   * the daemon is lost.
   */
  async stop(graceMs: number, first: NodeJS.Signals): Promise<void> {
    const { engine } = this.#options;
    this.#isStopping = true;
    if (engine.daemonLost) return;
    const stopping = this.#stop(graceMs, first);
    // A daemon that hangs would delay the stop of every component in turn.
    if (!(await settlesWithin(graceMs + 3_000, stopping)) && (await engine.checkDaemonLost())) return;
    await stopping.catch(async (error: unknown) => {
      if (!(await engine.checkDaemonLost())) throw error;
    });
  }

  async #stop(graceMs: number, first: NodeJS.Signals): Promise<void> {
    await this.#starting.catch(() => {});
    if (this.#ended === undefined) return;
    await this.unpause();
    await this.#send(first);
    if (!(await settlesWithin(graceMs, this.#ended))) await this.#send('SIGKILL');
    await this.#ended;
    await settlesWithin(1_000, this.#written);
  }

  async #send(signal: NodeJS.Signals): Promise<void> {
    await this.#container.kill({ signal }).catch(ignoreDaemonError('not running', 'is not running'));
  }

  /** @param again text in the log of a failed start upon which to retry: `#launch` then throws RetryStart. */
  async #launch(starting: Promise<void>, signal: AbortSignal, again?: string): Promise<void> {
    this.#starting = starting;
    const { engine, component, container, readyWithinMs } = this.#options;
    const { name } = component.spec;
    const late = AbortSignal.timeout(readyWithinMs);
    await orAbort(starting, AbortSignal.any([signal, late])).catch(async (error: unknown) => {
      signal.throwIfAborted();
      const why = late.aborted ? `not within ${readyWithinMs / 1000} s` : daemonMessage(error);
      if (error instanceof FiredrillError) throw error;
      throw (await engine.checkDaemonLost()) ?? broken(name, `container ${container} did not start: ${why}`);
    });
    const lost = new AbortController();
    const ended = waitForExit(engine, container);
    this.#ended = ended;
    let isReady = false;
    void this.#lossAt(ended).then((loss) => {
      if (!loss) return;
      if (!isReady && again !== undefined && loss.message.includes(again))
        return lost.abort(new RetryStart());
      lost.abort(loss);
      this.#options.onLost(loss);
    });
    await this.#awaitReady(AbortSignal.any([signal, lost.signal]));
    isReady = true;
  }

  /** @returns `undefined` if the end was requested. */
  async #lossAt(ended: Promise<ContainerExit>): Promise<FiredrillError | undefined> {
    const { engine, component, container, log } = this.#options;
    const { name, limits } = component.spec;
    try {
      const ending = await ended;
      if (this.#isStopping) return undefined;
      await settlesWithin(1_000, this.#written);
      const how = `container ${container}, ${exitText(ending, limits)}`;
      const tail = await logTailOf(log);
      return broken(name, `${name} ended by itself (${how}):\n${tail}`, `its whole log is ${log}`);
    } catch (error) {
      if (this.#isStopping) return undefined;
      return engine.daemonLost ?? broken(name, `container ${container} is lost: ${daemonMessage(error)}`);
    }
  }

  async #awaitReady(signal: AbortSignal): Promise<void> {
    const { component, readyWithinMs: withinMs, log } = this.#options;
    const { name } = component.spec;
    const look = (looking: AbortSignal) => this.#look(looking);
    await until(`${name} to be ready`, look, { where: name, withinMs, everyMs: 50, signal }).catch(
      async (error: unknown) => {
        signal.throwIfAborted();
        const late = error instanceof FiredrillError ? error.problems[0]?.message : messageOf(error);
        throw broken(name, `${late}\n${await logTailOf(log)}`, `its whole log is ${log}`);
      },
    );
  }

  async #look(signal: AbortSignal): Promise<PollResult<true>> {
    const { engine, component, reach, log, secret } = this.#options;
    const { ready, program } = component.spec;
    if (ready.kind === 'command') {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(runWithinMs)]);
      const { exitCode, output, errors } = await execIn(engine, this.#container, ready.command, limit);
      return readyByExit(ready.command, exitCode, output + errors);
    }
    const found = await checkReady(ready, reach(), log, signal, this.#logFrom, heldMs);
    return found.met && program.kind === 'postgres'
      ? await checkPostgresQueries(reach(), program.user, secret)
      : found;
  }

  /** Appends all output of its next start to its log. */
  async #follow(): Promise<void> {
    const { engine, container, log } = this.#options;
    const file = createWriteStream(log, { flags: 'a' });
    await once(file, 'open');
    this.#logFrom = (await stat(log)).size;
    this.#written = (await captureOutput(engine, container, file)).done;
  }
}
