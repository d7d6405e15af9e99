import type { TelemetryWatch } from '../watch/telemetry-watch.ts';

/** The command that reverts a fault; epoch milliseconds. */
export interface Reverted {
  /** When it was given. */
  readonly heldUntil: number;
  /** When it had ended. */
  readonly revertedAt: number;
}

/** The fault while it lasts. */
export interface OpenFault extends TelemetryWatch {
  /** When the command that injects it was given. */
  readonly injectedAt: number;
  /** When that command had ended: a fault of fixed length lasts from then on. */
  readonly inAt: number;
  /** Idempotent; works under a signal of its own, since it must work when the drill was ended. */
  revert(): Promise<Reverted>;
}
