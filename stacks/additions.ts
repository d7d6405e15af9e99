import type { AdditionName } from '../core/scenario.ts';
import type { ComponentSpec, StackSpec } from './component.ts';

/** What a scenario can add to its stack by its key `with`. */
export interface Addition {
  /** Folders of stacks/ that are laid over the stack's configuration. */
  readonly config: readonly string[];
  /** Components that run beside those of the stack. */
  components?(stack: StackSpec): readonly ComponentSpec[];
}

export const additions: Readonly<Record<AdditionName, Addition>> = {
  /** SLOs of the shop, and the burn-rate alerts made of them. */
  slo: { config: ['config-slo'] },
  /** An alert on a spent error budget, and a dashboard of what is left; with `slo`. */
  freeze: { config: ['config-freeze'] },
  /** The same burn-rate alert for any traffic, and only where there is enough. */
  'low-traffic': { config: ['config-low-traffic'] },
  /** An alert on the burn rate over a single window, as it is often written. */
  budget: { config: ['config-budget'] },
};
