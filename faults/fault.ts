import type { z } from 'zod';

/** What a fault may reach: the running stack's addresses and the drill's signal. */
export interface FaultContext {
  /** http://host:port of a port of a pod. */
  url(pod: string, port: number): string;
  readonly signal: AbortSignal;
}

/** One way to break the service, with its undo. `Params` is what a scenario may set. */
export interface Fault<Params = unknown> {
  readonly kind: string;
  readonly params: z.ZodType<Params>;
  /** One line for a person: what is broken. */
  describe(params: Params): string;
  /** Share of the journey's requests that it will fail, where that is known beforehand. */
  errorRatio(params: Params): number | undefined;
  inject(params: Params, context: FaultContext): Promise<void>;
  /** Idempotent; called after every injection, also after one that failed half-way. */
  revert(params: Params, context: FaultContext): Promise<void>;
}
