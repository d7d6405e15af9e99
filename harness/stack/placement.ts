import { scaleDuration } from '../../configuration/paced/configure.ts';
import type { Pace } from '../../core/pace.ts';
import { restrictedToStack, type Scenario, type StackName, type Topology } from '../../core/scenario.ts';
import type { StackSpec } from '../../stacks/component.ts';
import { prometheusFlags } from '../../stacks/components/prometheus.ts';
import { stackOf } from '../../stacks/stacks.ts';

/** What a drill runs on. */
export interface Placement {
  readonly stack: StackName;
  readonly topology: Topology;
}

/** The scenario without what only another placement could show. */
export const asPlaced = (scenario: Scenario, { stack }: Placement): Scenario =>
  restrictedToStack(scenario, stack);

/** The stack as it is at this pace. */
export const specOf = ({ stack, topology }: Placement, { factor }: Pace): StackSpec =>
  stackOf(stack, topology, {
    resendDelay: scaleDuration(prometheusFlags.resendDelay, factor),
    lookbackDelta: scaleDuration(prometheusFlags.lookbackDelta, factor),
  });
