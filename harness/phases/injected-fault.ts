import type { TelemetryWatch } from '../watch/telemetry-watch.ts';

/** Times of the command that reverts a fault, in epoch milliseconds. */
export interface Reverted {
  /** When the command was given. */
  readonly heldUntil: number;
  /** When the command had ended. */
  readonly revertedAt: number;
}

/** A fault that was injected. Times in epoch milliseconds. */
export interface InjectedFault extends TelemetryWatch {
  /** When the command that injects it was given. */
  readonly injectedAt: number;
  /** When that command had ended. The length of a fault of fixed length counts from here. */
  readonly injectionEndedAt: number;
  /** Reverts the fault. Idempotent. Independent of the drill's signal, because it must also work after an abort. */
  revert(): Promise<Reverted>;
}
