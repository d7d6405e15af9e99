import { scaleDuration } from '../../configuration/paced/configure.ts';
import type { Pace } from '../../core/pace.ts';
import {
  type AdditionName,
  restrictedToStack,
  type Scenario,
  type StackName,
  type Topology,
} from '../../core/scenario.ts';
import type { StackSpec } from '../../stacks/component.ts';
import { prometheusFlags } from '../../stacks/components/prometheus.ts';
import { stackOf } from '../../stacks/stacks.ts';

/** The stack that a drill runs on. Drills of the same placement can share a stack. */
export interface Placement {
  readonly stack: StackName;
  readonly topology: Topology;
  readonly with: readonly AdditionName[];
}

export const placementOf = (
  { with: additions = [] }: Pick<Scenario, 'with'>,
  stack: StackName,
  topology: Topology,
): Placement => ({ stack, topology, with: additions });

/** The same text for the same placement. */
export const placementKey = ({ stack, topology, with: additions }: Placement): string =>
  [stack, topology, ...additions].join(' ');

/** Returns the scenario without the parts that this stack cannot show. */
export const scenarioOnPlacement = (scenario: Scenario, { stack }: Placement): Scenario =>
  restrictedToStack(scenario, stack);

/**
 * Returns the specification of the stack at this pace.
 *
 * @param receivesWrites whether the harness writes a history to Prometheus.
 */
export const specOf = (
  { stack, topology, with: additions }: Placement,
  { factor }: Pace,
  receivesWrites = false,
): StackSpec =>
  stackOf(
    stack,
    topology,
    {
      receivesWrites,
      resendDelay: scaleDuration(prometheusFlags.resendDelay, factor),
      lookbackDelta: scaleDuration(prometheusFlags.lookbackDelta, factor),
    },
    additions,
  );
