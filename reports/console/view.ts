import type { DrillEvent } from '../../core/events.ts';

/** What shows the running drill: on a terminal, or in a log. */
export interface View {
  tell(event: DrillEvent): void;
  /** Called again and again while the drill runs; moves what depends on the time alone. */
  tick(): void;
  /** Ends what is still being updated; nothing is told after it. */
  end(): void;
}

export interface ViewOptions {
  readonly write: (text: string) => void;
  /** A clock in milliseconds that never goes back. */
  readonly now: () => number;
}

type Started = Extract<DrillEvent, { type: 'phase-started' }>;

/** The phase that is running: what it waits for, how long it may take, and what it last saw. */
export interface Running extends Started {
  readonly since: number;
  saw?: string;
}
