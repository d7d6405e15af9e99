import type { z } from 'zod';
import { badInput } from '../core/errors.ts';
import { readInput } from '../core/input-problems.ts';
import type { WhereOf } from '../core/path.ts';
import type { Ability } from '../core/runtime.ts';

/**
 * What a fault may use: the running stack's addresses and instances, and the drill's signal. Operations that the
 * runtime does not support are absent.
 */
export interface FaultContext {
  /** Base URL of a port of a pod, http://host:port. */
  url(pod: string, port: number): string;
  /** The run's password of the stack's database user. */
  readonly secret: string;
  /** Seed that decides which requests are hit by a fault that hits a share of them; a 32-bit unsigned integer. */
  readonly seed: number;
  readonly signal: AbortSignal;
  /**
   * Runs a command of the user in the folder of the system's file. `service:port` in its arguments becomes the address.
   *
   * @throws Error with the end of its output if it fails, or takes longer than 60 s.
   */
  run(command: readonly string[]): Promise<void>;
  /** Makes every rate of the load this many times as high as the scenario says. No effect if it is so already. */
  multiplyLoad(factor: number): Promise<void>;
  /**
   * Kills a component with SIGKILL, and resolves when it has exited. A service has the name of its pod; a sidecar in the
   * pod keeps running, as in Kubernetes. It does not count as a lost component.
   */
  kill?(component: string): Promise<void>;
  /** Ends a component by SIGTERM, and resolves when it has exited. It does not count as a lost component. */
  terminate?(component: string): Promise<void>;
  /** Restarts a killed or terminated component at the same address, and resolves when it is ready. No effect if it is running. */
  restart?(component: string): Promise<void>;
  /** Freezes a component: its connections stay open without a response. */
  pause?(component: string): Promise<void>;
  /** Resumes a paused component. No effect if it is not paused. */
  unpause?(component: string): Promise<void>;
  /** Leaves an instance this share of its processor time, above 0 and below 1. */
  throttle?(pod: string, share: number): Promise<void>;
  /** Gives a throttled instance its processor time back. No effect if it is not throttled. */
  unthrottle?(pod: string): Promise<void>;
  /** Disconnects a pod with its sidecar from the stack's network. */
  disconnect?(pod: string): Promise<void>;
  /** Reconnects a pod at the same address. No effect if it is connected. */
  reconnect?(pod: string): Promise<void>;
  /**
   * Writes a file of a component's configuration, or removes it if there is no text, and has the component read its
   * configuration again. `file` is a path in its folder.
   */
  reconfigure?(component: string, file: string, text: string | undefined): Promise<void>;
  /** Sends SIGHUP to the main process of an instance. No effect if it has exited. */
  hangUp?(pod: string): Promise<void>;
  /** Files of the user, where services read them and no copies. */
  readonly files?: UserFiles;
}

/** Files of the user. Paths are from the folder of the system's file. */
export interface UserFiles {
  /**
   * Puts a copy of the file `by` in the place of `file`. The original is kept, and is put back even if this process is
   * killed.
   *
   * @throws FiredrillError `broken` if it cannot be replaced, or another run has replaced it.
   */
  replace(file: string, by: string): Promise<void>;
  /** Puts the original of a replaced file back. No effect if it is not replaced. */
  restore(file: string): Promise<void>;
  /** The command that does so by hand. */
  commandToRestore(file: string): readonly string[];
}

/** Requirements of a fault. A drill on a stack that does not meet them is refused before anything starts. */
export interface FaultNeeds {
  /** Pods that it accesses. */
  readonly pods: readonly string[];
  /** Those of them that must be instances of services of the system under drill: it stops them. Default: none. */
  readonly services?: readonly string[];
  /** Whether the database may be in the place of a service. Default: no. */
  readonly orDatabase?: boolean;
  /** Links of the system on which it is put. Default: none. */
  readonly links?: readonly string[];
  /** Files of the user that it accesses, from the folder of the system's file. Default: none. */
  readonly files?: readonly string[];
  /** Components that it accesses by name, e.g. a sidecar of a pod. Default: none. */
  readonly components?: readonly string[];
  /**
   * Operations of the runtime that it needs: `kill` with `terminate` and `restart`, `pause` with `unpause`, `disconnect` with
   * `reconnect`, `throttle` with `unthrottle`, `reconfigure` with `hangUp`, `replace` with `files`.
   */
  readonly abilities: readonly Ability[];
}

/** The steps of a fault, for a person who decides whether it may run. */
export interface FaultSteps {
  readonly inject: readonly string[];
  readonly revert: readonly string[];
}

/** A way to break the system, with its revert. `Params` is what a scenario may set. */
export interface Fault<Params> {
  readonly kind: string;
  readonly params: z.ZodType<Params>;
  /** One line that says what is broken. */
  describe(params: Params): string;
  needs(params: Params): FaultNeeds;
  /** Components that do not answer while it lasts. Default: none. */
  stops?(params: Params): readonly string[];
  /** Share of the journey's requests that it makes fail; `undefined` if that is not known in advance. */
  errorRatio(params: Params): number | undefined;
  /** What it does and how that is undone, each step as a line, without secrets. Default: not told. */
  steps?(params: Params): FaultSteps;
  /** What it multiplies the load by. Default: it does not change the load. */
  loadFactor?(params: Params): number;
  /** Resolves when the fault is active: the next request can be hit. */
  inject(params: Params, context: FaultContext): Promise<void>;
  /** Idempotent; called after every injection, including a failed one. */
  revert(params: Params, context: FaultContext): Promise<void>;
}

/** A fault with its parameters, ready to inject. */
export interface PreparedFault {
  readonly description: string;
  readonly needs: FaultNeeds;
  /** Components that do not answer while it lasts. */
  readonly stops: readonly string[];
  readonly errorRatio: number | undefined;
  readonly loadFactor: number | undefined;
  readonly steps: FaultSteps;
  /** Pods whose service does no work while the fault lasts. */
  readonly stopped: readonly string[];
  inject(context: FaultContext): Promise<void>;
  revert(context: FaultContext): Promise<void>;
}

/** A kind of fault, independent of the type of its parameters. */
export interface FaultKind {
  readonly kind: string;
  /** @throws FiredrillError `bad-input` for invalid parameters. */
  prepare(params: unknown, whereOf: WhereOf): PreparedFault;
}

/** What a runtime can do to an instance that ends its work. */
const stopping: ReadonlySet<Ability> = new Set<Ability>(['kill', 'pause', 'disconnect']);

export const faultKind = <Params>(fault: Fault<Params>): FaultKind => ({
  kind: fault.kind,
  prepare: (input, whereOf) => {
    const read = readInput(fault.params, input, whereOf);
    if ('problems' in read) throw badInput(...read.problems);
    const params = read.value;
    const needs = fault.needs(params);
    return {
      description: fault.describe(params),
      needs,
      stops: fault.stops?.(params) ?? [],
      stopped: needs.abilities.some((ability) => stopping.has(ability)) ? needs.pods : [],
      errorRatio: fault.errorRatio(params),
      loadFactor: fault.loadFactor?.(params),
      steps: fault.steps?.(params) ?? { inject: [], revert: [] },
      inject: (context) => fault.inject(params, context),
      revert: (context) => fault.revert(params, context),
    };
  },
});
