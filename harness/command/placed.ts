import { badInput, type Problem } from '../../core/errors.ts';
import { restrictedToStack, type Scenario, type StackName, topologies } from '../../core/scenario.ts';
import { receiversOfStack } from '../stack/listeners.ts';
import type { Placement } from '../stack/placement.ts';
import { type Arguments, onlySidecar } from './arguments.ts';

/** A scenario with every placement on which it is to run. */
export interface Placed {
  readonly scenario: Scenario;
  readonly placements: readonly Placement[];
}

/** @throws FiredrillError `bad-input` naming every scenario that cannot run where it was asked to. */
export function placed(
  scenarios: readonly Scenario[],
  asked: Pick<Arguments, 'stack' | 'topology' | 'compare'>,
): Placed[] {
  const problems: Problem[] = [];
  const result = scenarios.map((scenario): Placed => {
    const stack = asked.stack ?? ownStack(scenario);
    if (!scenario.stacks.includes(stack)) {
      problems.push({
        where: `--stack ${stack}`,
        message: `${scenario.name} cannot be drilled there`,
        hint: `it runs on ${scenario.stacks.join(' or ')}`,
      });
    } else problems.push(...outOfReach(scenario, stack));
    // Asked for by name it was refused already.
    if (stack === 'metrics' && (asked.compare || asked.topology === 'direct')) {
      problems.push({
        where: asked.compare ? '--compare' : `--topology ${asked.topology}`,
        message: `${scenario.name} runs on metrics, and ${onlySidecar}`,
        ...(scenario.stacks.includes('full') ? { hint: 'add --stack full' } : {}),
      });
    }
    const wanted = asked.compare ? topologies : [asked.topology ?? topologies[0]];
    return { scenario, placements: wanted.map((topology) => ({ stack, topology })) };
  });
  if (problems.length > 0) throw badInput(...problems);
  return result;
}

/** What could never be seen there, and would look like an alert that did not come. */
function outOfReach(scenario: Scenario, stack: StackName): Problem[] {
  if (stack === 'full') return [];
  const hint = { hint: 'leave metrics out of its stacks' };
  const { expectations, fault } = restrictedToStack(scenario, stack);
  const unreached = expectations.flatMap((one) =>
    one.kind === 'page' && !receiversOfStack(stack).includes(one.receiver) ? [one.receiver] : [],
  );
  return [
    ...[...new Set(unreached)].map((receiver) => ({
      where: `${scenario.name}: expectations`,
      message: `nothing on metrics writes to ${receiver}`,
      ...hint,
    })),
    ...(fault.telemetry.signal === 'log'
      ? [
          {
            where: `${scenario.name}: fault.telemetry`,
            message: 'nothing on metrics keeps log lines',
            ...hint,
          },
        ]
      : []),
  ];
}

const ownStack = ({ stacks }: Scenario): StackName => stacks[0] as StackName;

/** Where a scenario runs when nothing is asked for. */
export const ownPlacement = (scenario: Scenario): Placement => ({
  stack: ownStack(scenario),
  topology: topologies[0],
});
