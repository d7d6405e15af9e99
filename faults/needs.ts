import type { Problem } from '../core/errors.ts';
import { type Ability, abilitiesOf, type RuntimeName, runtimeNames } from '../core/runtime.ts';
import type { FaultNeeds } from './fault.ts';

/** What faults will find: the pods of the stack, and what runs it. */
export interface StackOffer {
  readonly pods: readonly string[];
  readonly runtime: RuntimeName;
}

const words: Readonly<Record<Ability, string>> = {
  kill: 'ends and restarts an instance',
  pause: 'pauses an instance',
  disconnect: 'takes an instance off the network',
};

/** @returns why the fault of a scenario cannot be performed on this stack; nothing when it can. */
export function unmetNeeds(scenario: string, needs: FaultNeeds, { pods, runtime }: StackOffer): Problem[] {
  const where = `${scenario}: fault`;
  const missing = needs.pods
    .filter((pod) => !pods.includes(pod))
    .map((pod) => ({
      where,
      message: `it needs ${pod}, which is no part of the stack`,
      hint: `the stack has ${pods.join(', ')}`,
    }));
  const beyond = needs.abilities
    .filter((ability) => !abilitiesOf[runtime].has(ability))
    .map((ability) => ({
      where,
      message: `it ${words[ability]}, which the runtime ${runtime} cannot do`,
      hint: `use --runtime ${runtimeNames.filter((name) => abilitiesOf[name].has(ability)).join(' or ')}`,
    }));
  return [...missing, ...beyond];
}
