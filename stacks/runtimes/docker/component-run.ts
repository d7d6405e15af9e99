import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { broken, FiredrillError, messageOf } from '../../../core/errors.ts';
import { orAbort } from '../../../core/on-abort.ts';
import { type Look, until } from '../../../core/poll.ts';
import { tailOf } from '../process/child.ts';
import { lookReady } from '../process/ready.ts';
import { type PreparedComponent, StartAgain } from '../runtime.ts';
import { lookAnswersQueries } from './answers-queries.ts';
import type { RunContainer } from './container.ts';
import { endOf } from './end-of.ts';
import { type Ending, howItEnded } from './ending.ts';
import { type Engine, saidBy } from './engine.ts';
import { ignoreAnswer } from './ignore-answer.ts';
import { hearOutput } from './output.ts';
import { isDoneWithin } from './patience.ts';

export interface ComponentRunOptions {
  readonly engine: Engine;
  readonly component: PreparedComponent;
  /** Of its container, whose description `describe` makes. */
  readonly container: string;
  readonly describe: () => Promise<RunContainer>;
  /** `host:port` by which it shows that it is ready; known once it was described. */
  readonly reach: () => string;
  /** File that takes its output. */
  readonly log: string;
  readonly secret: string;
  readonly onLost: (error: Error) => void;
  readonly readyWithinMs: number;
}

/** A component in its container, through all its restarts. */
export class ComponentRun {
  readonly #options: ComponentRunOptions;
  /** Settled once the container has started for the last time, or could not be. */
  #starting: Promise<unknown> = Promise.resolve();
  /** Of its last start. */
  #ended: Promise<Ending> | undefined;
  #written: Promise<void> = Promise.resolve();
  /** Whether somebody asked for its end. */
  #leaving = false;

  constructor(options: ComponentRunOptions) {
    this.#options = options;
  }

  get #container() {
    return this.#options.engine.docker.getContainer(this.#options.container);
  }

  /** @throws FiredrillError `broken` with the log's tail when it ends or is not ready in time. */
  async start(signal: AbortSignal): Promise<void> {
    const create = async () => {
      const container = await this.#options.describe();
      await container.withBeforeStart(() => this.#follow()).start();
    };
    const { engine, component, container } = this.#options;
    try {
      await this.#launch(create(), signal, component.spec.startsAgainAfter);
    } catch (error) {
      if (!(error instanceof StartAgain)) throw error;
      const anew = async () => {
        await engine.api.remove(`/containers/${container}?force=1&v=1`);
        await create();
      };
      await this.#launch(anew(), signal);
    }
  }

  async kill(): Promise<void> {
    const { component } = this.#options;
    // Another may say so in its log, where the word of the process before it still stands.
    if (component.spec.ready.kind !== 'http') throw new Error(`${component.spec.name} cannot be killed`);
    this.#leaving = true;
    await this.#send('SIGKILL');
    await this.#ended;
  }

  async restart(signal: AbortSignal): Promise<void> {
    if (!this.#leaving) return;
    this.#leaving = false;
    const again = async () => {
      await this.#follow();
      await this.#container.start();
    };
    await this.#launch(again(), signal);
  }

  async pause(): Promise<void> {
    await this.#container.pause().catch(ignoreAnswer('already paused'));
  }

  async unpause(): Promise<void> {
    await this.#container.unpause().catch(ignoreAnswer('not paused', 'not running'));
  }

  /**
   * `first`, and KILL after `graceMs`; returns when it has ended and its log is whole, or once the daemon is found to be
   * gone.
   */
  async stop(graceMs: number, first: NodeJS.Signals): Promise<void> {
    const { engine } = this.#options;
    this.#leaving = true;
    if (engine.gone) return;
    const stopping = this.#stop(graceMs, first);
    // A daemon that hangs would keep us here for every component in turn.
    if (!(await isDoneWithin(graceMs + 3_000, stopping)) && (await engine.lossOfDaemon())) return;
    await stopping.catch(async (error: unknown) => {
      if (!(await engine.lossOfDaemon())) throw error;
    });
  }

  async #stop(graceMs: number, first: NodeJS.Signals): Promise<void> {
    await this.#starting.catch(() => {});
    if (this.#ended === undefined) return;
    await this.unpause();
    await this.#send(first);
    if (!(await isDoneWithin(graceMs, this.#ended))) await this.#send('SIGKILL');
    await this.#ended;
    await isDoneWithin(1_000, this.#written);
  }

  async #send(signal: NodeJS.Signals): Promise<void> {
    await this.#container.kill({ signal }).catch(ignoreAnswer('not running', 'is not running'));
  }

  /** @param again last words upon which it is to be started once more: then it throws StartAgain. */
  async #launch(starting: Promise<void>, signal: AbortSignal, again?: string): Promise<void> {
    this.#starting = starting;
    const { engine, component, container, readyWithinMs } = this.#options;
    const { name } = component.spec;
    const late = AbortSignal.timeout(readyWithinMs);
    await orAbort(starting, AbortSignal.any([signal, late])).catch(async (error: unknown) => {
      signal.throwIfAborted();
      const why = late.aborted ? `not within ${readyWithinMs / 1000} s` : saidBy(error);
      if (error instanceof FiredrillError) throw error;
      throw (await engine.lossOfDaemon()) ?? broken(name, `container ${container} did not start: ${why}`);
    });
    const lost = new AbortController();
    const ended = endOf(engine, container);
    this.#ended = ended;
    let isReady = false;
    void this.#lossAt(ended).then((loss) => {
      if (!loss) return;
      if (!isReady && again !== undefined && loss.message.includes(again))
        return lost.abort(new StartAgain());
      lost.abort(loss);
      this.#options.onLost(loss);
    });
    await this.#awaitReady(AbortSignal.any([signal, lost.signal]));
    isReady = true;
  }

  /** @returns nothing when somebody had asked for the end. */
  async #lossAt(ended: Promise<Ending>): Promise<FiredrillError | undefined> {
    const { engine, component, container, log } = this.#options;
    const { name, limits } = component.spec;
    try {
      const ending = await ended;
      if (this.#leaving) return undefined;
      await isDoneWithin(1_000, this.#written);
      const how = `container ${container}, ${howItEnded(ending, limits)}`;
      const tail = await tailOf(log);
      return broken(name, `${name} ended by itself (${how}):\n${tail}`, `its whole log is ${log}`);
    } catch (error) {
      if (this.#leaving) return undefined;
      return engine.gone ?? broken(name, `container ${container} is lost: ${saidBy(error)}`);
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
        throw broken(name, `${late}\n${await tailOf(log)}`, `its whole log is ${log}`);
      },
    );
  }

  async #look(signal: AbortSignal): Promise<Look<true>> {
    const { component, reach, log, secret } = this.#options;
    const { ready, program } = component.spec;
    const found = await lookReady(ready, reach(), log, signal);
    return found.met && program.kind === 'postgres' ? await lookAnswersQueries(reach(), secret) : found;
  }

  /** Has everything that its next start says written into its log. */
  async #follow(): Promise<void> {
    const { engine, container, log } = this.#options;
    const file = createWriteStream(log, { flags: 'a' });
    await once(file, 'open');
    this.#written = (await hearOutput(engine, container, file)).done;
  }
}
