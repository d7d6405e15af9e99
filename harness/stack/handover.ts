import { isDeepStrictEqual } from 'node:util';
import type { NewBecause } from '../../core/record.ts';
import type { Scenario } from '../../core/scenario.ts';
import type { OpenStack } from './open-stack.ts';
import type { Placement } from './placement.ts';

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
  /** The drill after the one that runs; none: nobody needs its stack. */
  readonly next: () => NextDrill | undefined;
  #kept: OpenStack | undefined;
  #newBecause: NewBecause | undefined;

  constructor(next: () => NextDrill | undefined) {
    this.next = next;
  }

  /** What the drill before has left, and why that is no stack. */
  take(): { readonly stack?: OpenStack; readonly newBecause?: NewBecause } {
    const [stack, newBecause] = [this.#kept, this.#newBecause];
    this.#kept = undefined;
    this.#newBecause = undefined;
    return { ...(stack ? { stack } : {}), ...(newBecause ? { newBecause } : {}) };
  }

  /** Whether a stack waits for the next drill. */
  get isKept(): boolean {
    return this.#kept !== undefined;
  }

  keep(stack: OpenStack): void {
    this.#kept = stack;
  }

  refuse(because: NewBecause): void {
    this.#newBecause = because;
  }

  /** Ends what nobody took. @throws as `OpenStack.close` does. */
  async close(): Promise<void> {
    await this.take().stack?.close();
  }
}

/** The next drill, where it runs on a stack as this placement has it. */
export function nextOn(handover: Handover, placement: Placement): NextDrill | undefined {
  const next = handover.next();
  return next && isDeepStrictEqual(next.placement, placement) ? next : undefined;
}
