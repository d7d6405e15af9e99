import type { AdditionName, StackName } from '../core/scenario.ts';
import type { ComponentSpec, StackSpec } from './component.ts';
import { orders } from './components/app.ts';
import { deployments, payments, rollback } from './components/deployments.ts';
import { sidecar } from './components/sidecar.ts';

/** What a scenario can add to its stack by its key `with`. */
export interface Addition {
  /** Stacks to which it can be added. Default: all. */
  readonly stacks?: readonly StackName[];
  /** Folders of stacks/ that are laid over the stack's configuration. */
  readonly config: readonly string[];
  /** Components that run beside those of the stack. One with the name of a component of the stack replaces it. */
  components?(stack: StackSpec): readonly ComponentSpec[];
}

export const additions: Readonly<Record<AdditionName, Addition>> = {
  /** SLOs of the shop, and the burn-rate alerts made of them. */
  slo: { config: ['config-slo'] },
  /** A payments service that is deployed and rolled back, and what rolls it back when its errors rise. */
  deployments: {
    stacks: ['metrics'],
    config: ['config-deployments'],
    components: () => [
      sidecar('payments'),
      payments,
      deployments,
      rollback,
      orders('postgres', ['postgres', 'orders-sidecar', 'payments'], 'http://payments:3003'),
    ],
  },
};
