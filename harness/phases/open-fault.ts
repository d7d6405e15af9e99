import type { TelemetryWatch } from '../watch/telemetry-watch.ts';

/** The fault while it lasts. */
export interface OpenFault extends TelemetryWatch {
  /** When the command that injects it was given. */
  readonly injectedAt: number;
  /** When that command had ended: a fault of fixed length lasts from then on. */
  readonly inAt: number;
  /** When the command that reverts it was given. */
  readonly heldUntil: () => number | undefined;
  /** Idempotent; works under a signal of its own, since it must work when the drill was ended. */
  revert(): Promise<number>;
}
