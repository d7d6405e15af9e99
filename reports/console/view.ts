import type { DrillEvent } from '../../core/events.ts';

/** Displays the running drill, on a terminal or in a log. */
export interface View {
  tell(event: DrillEvent): void;
  /** Called regularly while the drill runs; updates what depends on time. */
  tick(): void;
  /** Ends the updating line; no event follows. */
  end(): void;
}

export interface ViewOptions {
  readonly write: (text: string) => void;
  /** A monotonic clock in milliseconds. */
  readonly now: () => number;
}

type Started = Extract<DrillEvent, { type: 'phase-started' }>;

/** The running phase: what it waits for, its time limit, and what it last observed. */
export interface Running extends Started {
  readonly since: number;
  saw?: string;
}
