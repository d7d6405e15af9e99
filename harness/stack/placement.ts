import { scaleDuration } from '../../configuration/paced/configure.ts';
import type { Pace } from '../../core/pace.ts';
import { restrictedToStack, type Scenario, type StackName, type Topology } from '../../core/scenario.ts';
import type { StackSpec } from '../../stacks/component.ts';
import { prometheusFlags } from '../../stacks/components/prometheus.ts';
import { stackOf } from '../../stacks/stacks.ts';

/** The stack and topology that a drill runs on. */
export interface Placement {
  readonly stack: StackName;
  readonly topology: Topology;
}

/** Returns the scenario without the parts that this stack cannot show. */
export const scenarioOnPlacement = (scenario: Scenario, { stack }: Placement): Scenario =>
  restrictedToStack(scenario, stack);

/**
 * Returns the specification of the stack at this pace.
 *
 * @param receivesWrites whether the harness writes a history to Prometheus.
 */
export const specOf = ({ stack, topology }: Placement, { factor }: Pace, receivesWrites = false): StackSpec =>
  stackOf(stack, topology, {
    receivesWrites,
    resendDelay: scaleDuration(prometheusFlags.resendDelay, factor),
    lookbackDelta: scaleDuration(prometheusFlags.lookbackDelta, factor),
  });
