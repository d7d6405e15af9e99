import type { Problem } from '../core/errors.ts';
import { type Ability, abilitiesOf, type RuntimeName, runtimeNames } from '../core/runtime.ts';
import { nameHint } from '../core/similar-names.ts';
import type { FaultNeeds } from './fault.ts';

/** The pods of a stack and its runtime. */
export interface StackCapabilities {
  readonly pods: readonly string[];
  /** Absent if it is not chosen yet. */
  readonly runtime?: RuntimeName;
}

const words: Readonly<Record<Ability, string>> = {
  kill: 'ends and restarts an instance',
  pause: 'pauses an instance',
  disconnect: 'disconnects an instance from the network',
};

/**
 * Checks a fault's requirements against a stack.
 *
 * @param where location of the fault in its scenario, for error messages.
 * @returns the unmet requirements; empty if there are none.
 */
export function unmetNeeds(
  where: string,
  needs: FaultNeeds,
  { pods, runtime }: StackCapabilities,
): Problem[] {
  const missing = needs.pods
    .filter((pod) => !pods.includes(pod))
    .map((pod) => ({
      where,
      message: `it needs ${pod}, which is not part of the stack`,
      hint: nameHint(pod, pods),
    }));
  const unsupported = needs.abilities
    .filter((ability) => runtime !== undefined && !abilitiesOf[runtime].has(ability))
    .map((ability) => ({
      where,
      message: `it ${words[ability]}, which the runtime ${runtime} cannot do`,
      hint: `use --runtime ${runtimeNames.filter((name) => abilitiesOf[name].has(ability)).join(' or ')}`,
    }));
  return [...missing, ...unsupported];
}
