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
  /** An alert that compares the traffic with the day before. */
  traffic: { config: ['config-traffic'] },
};
