import type { Problem } from '../../core/errors.ts';
import { expectedAlerts } from '../../core/expected-alerts.ts';
import type { WhereOf } from '../../core/path.ts';
import type { Problems } from '../../core/problems.ts';
import {
  asWritten,
  restrictedToStack,
  type Scenario,
  type StackName,
  stackNames,
  topologies,
} from '../../core/scenario.ts';
import { shownPath } from '../../core/shown-path.ts';
import { runtimeOf, type System } from '../../core/system.ts';
import { additions } from '../../stacks/additions.ts';
import { receiversOfStack } from '../stack/listeners.ts';
import { type Placement, placementOf } from '../stack/placement.ts';
import { type Arguments, onlySidecar } from './arguments.ts';
import type { RuntimeWish } from './runtime-choice.ts';
import type { FoundScenario } from './scenario-file.ts';

/** A scenario with every placement on which it is to run. */
export interface Placed extends FoundScenario {
  readonly placements: readonly Placement[];
}

/** @param problems receives every scenario that cannot run on the requested stack. */
export function placed(
  scenarios: readonly FoundScenario[],
  asked: Pick<Arguments, 'stack' | 'topology' | 'compare' | 'runtime' | 'overlay'>,
  problems: Problems,
): Placed[] {
  const systems = scenarios.flatMap(({ system }) => (system ? [system] : []));
  problems.add(...unlikeRuntimes([...new Map(systems.map((one) => [one.file, one])).values()]));
  problems.add(...otherPrograms(scenarios));
  problems.add(...namesakes(scenarios));
  return scenarios.map(({ scenario, whereOf, system }): Placed => {
    if (system) problems.add(...unfitForSystem(asked, system));
    const stack = asked.stack ?? ownStack(scenario);
    if (!scenario.stacks.includes(stack)) {
      problems.add({
        where: `--stack ${stack}`,
        message: `${scenario.name} cannot be drilled there`,
        hint: `it runs on ${scenario.stacks.join(' or ')}`,
      });
    } else {
      problems.add(...outOfReach(scenario, stack, asWritten(scenario, stack, whereOf)));
      problems.add(...unfitAdditions(scenario, stack, whereOf));
    }
    // Asked for by name it was refused already.
    if (stack === 'metrics' && (asked.compare || asked.topology === 'direct')) {
      problems.add({
        where: asked.compare ? '--compare' : `--topology ${asked.topology}`,
        message: `${scenario.name} runs on metrics, and ${onlySidecar}`,
        ...(scenario.stacks.includes('full') ? { hint: 'add --stack full' } : {}),
      });
    }
    const wanted = asked.compare ? topologies : [asked.topology ?? topologies[0]];
    return {
      scenario,
      whereOf,
      ...(system ? { system } : {}),
      placements: wanted.map((topology) => placementOf(scenario, stack, topology, system)),
    };
  });
}

/**
 * Scenarios that have the name of an earlier one and are another one. The ledger and the gate know a scenario by its name,
 * so that the result of one would hide the result of the other.
 */
const namesakes = (scenarios: readonly FoundScenario[]): Problem[] =>
  scenarios.flatMap(({ scenario, whereOf }, i) => {
    const where = whereOf(['name']);
    const first = scenarios.slice(0, i).find((one) => one.scenario.name === scenario.name);
    return first && first.whereOf(['name']) !== where
      ? [
          {
            where,
            message: `another scenario has the name ${scenario.name} too: ${first.whereOf(['name'])}`,
            hint: 'give each a name of its own',
          },
        ]
      : [];
  });

/** Systems that other programs monitor than the first scenario's. The drills of one command share their tools. */
function otherPrograms([first, ...others]: readonly FoundScenario[]): Problem[] {
  const pathsOf = (one: FoundScenario | undefined) =>
    JSON.stringify(
      Object.entries(one?.system?.programs ?? {})
        .map(([name, { path }]) => [name, path])
        .sort(),
    );
  return others
    .filter((one) => pathsOf(one) !== pathsOf(first))
    .map(({ scenario: { name } }) => ({
      where: name,
      message: `it is drilled with other programs (\`versions\`) than ${first?.scenario.name}`,
      hint: 'drill it by a command of its own',
    }));
}

/** Options that a system of the user cannot have. */
function unfitForSystem(
  { topology, compare, runtime, overlay }: Parameters<typeof placed>[1],
  system: System,
): Problem[] {
  const services = `the services of ${shownPath(system.file)}`;
  const problems = unfitRuntime(runtime, system);
  if (overlay !== undefined) {
    const message = `${services} have their monitoring beside them`;
    problems.push({ where: '--config', message, hint: 'leave it out, and change those files' });
  }
  if (topology === 'direct' || compare) {
    const message = `${services} have Collectors of their own only`;
    problems.push({ where: compare ? '--compare' : '--topology direct', message, hint: 'leave it out' });
  }
  return problems;
}

/** Every service that the runtime cannot run. */
function unfitRuntime(runtime: RuntimeWish, system: System): Problem[] {
  const only = runtimeOf(system);
  if (runtime === 'auto' || runtime === only) return [];
  return Object.entries(system.services).map(([name, { execution }]) => ({
    where: `--runtime ${runtime}`,
    message:
      execution.kind === 'image'
        ? `the service ${name} runs from an image, ${execution.image}`
        : execution.kind === 'postgres'
          ? `the Postgres ${name} runs beside the other services`
          : `the service ${name} is a program of this machine`,
    hint: `use --runtime ${only}`,
  }));
}

/** One command has one runtime. */
function unlikeRuntimes(systems: readonly System[]): Problem[] {
  const [first, ...others] = systems;
  return others
    .filter((other) => first && runtimeOf(other) !== runtimeOf(first))
    .map((other) => ({
      where: shownPath(other.file),
      message: `needs --runtime ${runtimeOf(other)}, and ${shownPath(first?.file ?? '')} needs another one`,
      hint: 'drill them by commands of their own',
    }));
}

const unfitAdditions = ({ with: added = [] }: Scenario, stack: StackName, whereOf: WhereOf): Problem[] =>
  added.flatMap((name, i) => {
    const { stacks = stackNames } = additions[name];
    const hint = `it can be added to ${stacks.join(' or ')}`;
    return stacks.includes(stack)
      ? []
      : [{ where: whereOf(['with', i]), message: `cannot be added to the stack ${stack}`, hint }];
  });

/** What could never be seen there, and would look like an alert that did not come. */
function outOfReach(scenario: Scenario, stack: StackName, whereOf: WhereOf): Problem[] {
  if (stack === 'full') return [];
  const hint = 'leave metrics out of its stacks';
  const { expectations, fault } = restrictedToStack(scenario, stack);
  const unreached = expectedAlerts(expectations).flatMap(({ expectation, at }) =>
    expectation.kind === 'page' && !receiversOfStack(stack).includes(expectation.receiver)
      ? [
          {
            where: whereOf([...at, 'receiver']),
            message: `nothing on metrics writes to ${expectation.receiver}`,
            hint,
          },
        ]
      : [],
  );
  const unlogged = {
    where: whereOf(['fault', 'telemetry']),
    message: 'nothing on metrics keeps log lines',
    hint,
  };
  return [...unreached, ...(fault.telemetry.signal === 'log' ? [unlogged] : [])];
}

const ownStack = ({ stacks }: Scenario): StackName => stacks[0] as StackName;

/** Where a scenario runs when nothing is asked for. */
export const ownPlacement = (scenario: Scenario): Placement =>
  placementOf(scenario, ownStack(scenario), topologies[0]);
