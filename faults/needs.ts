import type { Problem } from '../core/errors.ts';
import type { FaultNeeds } from './fault.ts';

/** What a stack on its runtime offers to faults. */
export interface StackOffer {
  readonly pods: readonly string[];
  /** Whether the runtime can kill and restart the service of a pod. */
  readonly kills: boolean;
}

/** @returns why the fault of a scenario cannot be performed on this stack; nothing when it can. */
export function unmetNeeds(scenario: string, { pods, kills }: FaultNeeds, offer: StackOffer): Problem[] {
  const where = `${scenario}: fault`;
  const problems: Problem[] = pods
    .filter((pod) => !offer.pods.includes(pod))
    .map((pod) => ({
      where,
      message: `it needs ${pod}, which is no part of the stack`,
      hint: `the stack has ${offer.pods.join(', ')}`,
    }));
  if (kills && !offer.kills) {
    problems.push({
      where,
      message: 'it ends and restarts processes, which this runtime cannot do',
      hint: 'run it on a stack that firedrill itself starts',
    });
  }
  return problems;
}
