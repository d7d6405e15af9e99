import { randomInt } from 'node:crypto';
import { type StackName, topologies } from '../../core/scenario.ts';
import type { Arguments, Part } from './arguments.ts';

/** One process of the nightly run. */
export interface Command {
  readonly name: string;
  /** Name of its log file and of the folder of its runs. */
  readonly slug: string;
  /** Only drills write records. */
  readonly kind: 'drills' | 'tests';
  readonly args: readonly string[];
}

/** Commands of which at most `atOnce` run at the same time. */
export interface Phase {
  readonly atOnce: number;
  readonly commands: readonly Command[];
}

const repeats = { metrics: 10, full: 3 } as const;

/**
 * The phases of a nightly run. Drills at fast pace run one after the other, so that no other drill affects the spread of
 * their MTTD. Drills at real pace run two at a time, because they mostly wait.
 */
export function phasesOf(given: DrillOptions & Pick<Arguments, 'parts' | 'repeat'>): Phase[] {
  const phases: Record<Part, Phase> = {
    fast: { atOnce: 1, commands: [...fastOn('metrics', given), ...fastOn('full', given)] },
    orders: { atOnce: 1, commands: inAnyOrder(given) },
    real: {
      atOnce: 2,
      commands: given.scenarios.map(({ name }) =>
        drills(given, `${name}-real`, `${name} at real pace`, name, '--pace', 'real'),
      ),
    },
    tests: {
      atOnce: 1,
      commands: [
        {
          name: 'npm test -- --nightly',
          slug: 'test',
          kind: 'tests',
          args: ['scripts/test.ts', '--nightly'],
        },
      ],
    },
  };
  return given.parts.map((part) => phases[part]);
}

type DrillOptions = Pick<Arguments, 'scenarios' | 'runtime' | 'images'>;

function fastOn(stack: StackName, given: DrillOptions & Pick<Arguments, 'repeat'>): Command[] {
  const times = given.repeat ?? repeats[stack];
  const names = given.scenarios.filter(({ stacks }) => stacks.includes(stack)).map(({ name }) => name);
  return names.map((name) =>
    stack === 'metrics'
      ? drills(
          given,
          `${name}-metrics`,
          `${name} ×${times} on metrics`,
          ...[name, '--stack', stack, '--repeat', String(times)],
        )
      : drills(
          given,
          `${name}-full`,
          `${name} ×${times} on each topology`,
          ...[name, '--stack', stack, '--compare', '--repeat', String(times)],
        ),
  );
}

/** All scenarios on a shared stack in a random order: no verdict may depend on the drills before. */
function inAnyOrder(given: DrillOptions): Command[] {
  const names = given.scenarios.filter(({ stacks }) => stacks.includes('full')).map(({ name }) => name);
  if (names.length < 2) return [];
  return topologies.map((topology) =>
    drills(
      given,
      `any-order-${topology}`,
      `${names.length} scenarios in a random order on ${topology}`,
      ...[...shuffled(names), '--stack', 'full', '--topology', topology],
    ),
  );
}

/** Every order has the same probability (Fisher–Yates). */
function shuffled(names: readonly string[]): string[] {
  const result = [...names];
  for (const last of [...result.keys()].toReversed()) {
    const other = randomInt(last + 1);
    [result[last], result[other]] = [result[other] ?? '', result[last] ?? ''];
  }
  return result;
}

const drills = (
  { runtime, images }: DrillOptions,
  slug: string,
  name: string,
  ...args: string[]
): Command => ({
  name,
  slug,
  kind: 'drills',
  args: [
    'harness/cli.ts',
    ...args,
    // A nightly run has time to check that an alert stays on for a whole group_interval.
    ...['--stays', 'group_interval'],
    ...(runtime === undefined ? [] : ['--runtime', runtime]),
    ...(images === undefined ? [] : ['--images', images]),
  ],
});
