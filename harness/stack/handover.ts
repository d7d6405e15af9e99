import { isDeepStrictEqual } from 'node:util';
import type { NewBecause } from '../../core/record.ts';
import type { Scenario } from '../../core/scenario.ts';
import type { Placement } from './placement.ts';
import type { StackLifecycle } from './stack-lifecycle.ts';

/** The drill that comes next in a sequence. */
export interface NextDrill {
  readonly scenario: Scenario;
  readonly placement: Placement;
}

/**
 * A handover passes a stack from one drill to the next drill of a sequence. The owner of the sequence must close it in the
 * end, because the stack still runs when the next drill was never started.
 */
export class Handover {
  /** Returns the drill after the running one; `undefined` when no drill follows. */
  readonly next: () => NextDrill | undefined;
  #kept: StackLifecycle | undefined;
  #newBecause: NewBecause | undefined;

  constructor(next: () => NextDrill | undefined) {
    this.next = next;
  }

  /** Returns the stack of the previous drill or, if that stack could not be reused, the reason. */
  take(): { readonly stack?: StackLifecycle; readonly newBecause?: NewBecause } {
    const [stack, newBecause] = [this.#kept, this.#newBecause];
    this.#kept = undefined;
    this.#newBecause = undefined;
    return { ...(stack ? { stack } : {}), ...(newBecause ? { newBecause } : {}) };
  }

  /** Whether a stack waits for the next drill. */
  get hasStack(): boolean {
    return this.#kept !== undefined;
  }

  keep(stack: StackLifecycle): void {
    this.#kept = stack;
  }

  refuseReuse(because: NewBecause): void {
    this.#newBecause = because;
  }

  /** Stops a stack that no drill has taken. @throws as `StackLifecycle.close` does. */
  async close(): Promise<void> {
    await this.take().stack?.close();
  }
}

/** Returns the next drill if it has the same placement. */
export function nextOnSamePlacement(handover: Handover, placement: Placement): NextDrill | undefined {
  const next = handover.next();
  return next && isDeepStrictEqual(next.placement, placement) ? next : undefined;
}
