import type { Problem } from '../core/errors.ts';
import { type Ability, abilitiesOf, type RuntimeName, runtimeNames } from '../core/runtime.ts';
import type { FaultNeeds } from './fault.ts';

/** The pods of a stack and its runtime. */
export interface StackCapabilities {
  readonly pods: readonly string[];
  readonly runtime: RuntimeName;
}

const words: Readonly<Record<Ability, string>> = {
  kill: 'ends and restarts an instance',
  pause: 'pauses an instance',
  disconnect: 'disconnects an instance from the network',
};

/**
 * Checks a fault's requirements against a stack.
 *
 * @returns the unmet requirements; empty if there are none.
 */
export function unmetNeeds(
  scenario: string,
  needs: FaultNeeds,
  { pods, runtime }: StackCapabilities,
): Problem[] {
  const where = `${scenario}: fault`;
  const missing = needs.pods
    .filter((pod) => !pods.includes(pod))
    .map((pod) => ({
      where,
      message: `it needs ${pod}, which is not part of the stack`,
      hint: `the stack has ${pods.join(', ')}`,
    }));
  const unsupported = needs.abilities
    .filter((ability) => !abilitiesOf[runtime].has(ability))
    .map((ability) => ({
      where,
      message: `it ${words[ability]}, which the runtime ${runtime} cannot do`,
      hint: `use --runtime ${runtimeNames.filter((name) => abilitiesOf[name].has(ability)).join(' or ')}`,
    }));
  return [...missing, ...unsupported];
}
