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
  /** Severities P1 to P4, each with a contact point of its own. */
  severities: { config: ['config-severities'] },
  /** Alerts that end and fire again with the errors, with and without `keep_firing_for`. */
  flapping: { config: ['config-flapping'] },
  /** Alertmanager's file in its older form, with PagerDuty's Events API v1. */
  'events-v1': { config: ['config-events-v1'] },
  /** A ticket for a cause that users need not notice. */
  causes: { config: ['config-causes'] },
};
