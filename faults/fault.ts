import type { z } from 'zod';
import { badInput } from '../core/errors.ts';
import { readInput } from '../core/input-problems.ts';
import type { Ability } from '../core/runtime.ts';

/**
 * What a fault may reach: the running stack's addresses, its instances and the drill's signal. What the stack's runtime
 * cannot do is absent.
 */
export interface FaultContext {
  /** http://host:port of a port of a pod. */
  url(pod: string, port: number): string;
  /** The run's password of the stack's own database, whose user is `shop`. */
  readonly secret: string;
  /** Decides which requests a fault hits that hits a share of them; a whole number of 32 bits. */
  readonly seed: number;
  readonly signal: AbortSignal;
  /**
   * Ends the service of a pod at once, with SIGKILL, and returns when it has ended; a sidecar in the pod lives on, as
   * the other containers of a Kubernetes pod do. The stack does not count as broken by it.
   */
  kill?(pod: string): Promise<void>;
  /** Starts what `kill` ended, at the same address; returns when it is ready. No effect on a pod that runs. */
  restart?(pod: string): Promise<void>;
  /** Freezes the service of a pod, as `kill` ends it: its connections stay open, and nobody answers. */
  pause?(pod: string): Promise<void>;
  /** Lets what `pause` froze go on. No effect on a pod that was not paused. */
  unpause?(pod: string): Promise<void>;
  /** Takes a pod, its sidecar included, off the network of the stack. */
  disconnect?(pod: string): Promise<void>;
  /** Puts it back, at the same address. No effect on a pod that is on the network. */
  reconnect?(pod: string): Promise<void>;
}

/** What a stack must have for a fault, so that one it cannot perform is refused before anything starts. */
export interface FaultNeeds {
  /** Pods that it reaches. */
  readonly pods: readonly string[];
  /** What it asks of the runtime: `kill` with `restart`, `pause` with `unpause`, `disconnect` with `reconnect`. */
  readonly abilities: readonly Ability[];
}

/** One way to break the service, with its undo. `Params` is what a scenario may set. */
export interface Fault<Params> {
  readonly kind: string;
  readonly params: z.ZodType<Params>;
  /** One line for a person: what is broken. */
  describe(params: Params): string;
  needs(params: Params): FaultNeeds;
  /** Share of the journey's requests that it will fail, where that is known beforehand. */
  errorRatio(params: Params): number | undefined;
  /** Returns when the fault is in: the next request can be hit. */
  inject(params: Params, context: FaultContext): Promise<void>;
  /** Idempotent; called after every injection, also after one that failed half-way. */
  revert(params: Params, context: FaultContext): Promise<void>;
}

/** A fault with its parameters, ready to inject. */
export interface PreparedFault {
  readonly description: string;
  readonly needs: FaultNeeds;
  readonly errorRatio: number | undefined;
  inject(context: FaultContext): Promise<void>;
  revert(context: FaultContext): Promise<void>;
}

/** A kind of fault; the type of its parameters is its own affair. */
export interface FaultKind {
  readonly kind: string;
  /** @throws FiredrillError `bad-input` for parameters that it does not take. */
  prepare(params: unknown, where: string): PreparedFault;
}

export const faultKind = <Params>(fault: Fault<Params>): FaultKind => ({
  kind: fault.kind,
  prepare: (input, where) => {
    const read = readInput(fault.params, input, (path) => (path ? `${where}.${path}` : where));
    if ('problems' in read) throw badInput(...read.problems);
    const params = read.value;
    return {
      description: fault.describe(params),
      needs: fault.needs(params),
      errorRatio: fault.errorRatio(params),
      inject: (context) => fault.inject(params, context),
      revert: (context) => fault.revert(params, context),
    };
  },
});
