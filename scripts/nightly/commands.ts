import { randomInt } from 'node:crypto';
import { type StackName, topologies } from '../../core/scenario.ts';
import type { Arguments, Part } from './arguments.ts';

/** One process of the night. */
export interface Command {
  readonly name: string;
  /** Names its log and the folder of its runs. */
  readonly slug: string;
  /** Drills leave records; the tests do not. */
  readonly kind: 'drills' | 'tests';
  readonly args: readonly string[];
}

/** Commands of which at most `atOnce` run side by side. */
export interface Phase {
  readonly atOnce: number;
  readonly commands: readonly Command[];
}

const repeats = { metrics: 10, full: 3 } as const;

/**
 * The night: at fast pace one after the other, so that the spread of the MTTD is that of an undisturbed machine; at
 * real pace two at a time, since they mostly wait.
 */
export function phasesOf(given: Pick<Arguments, 'parts' | 'scenarios' | 'runtime' | 'images'>): Phase[] {
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
      commands: [{ name: 'npm test', slug: 'test', kind: 'tests', args: ['scripts/test.ts'] }],
    },
  };
  return given.parts.map((part) => phases[part]);
}

type Wishes = Pick<Arguments, 'scenarios' | 'runtime' | 'images'>;

function fastOn(stack: StackName, given: Wishes): Command[] {
  const times = repeats[stack];
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

/** One after the other on the stacks that they share: no verdict may depend on the drills before. */
function inAnyOrder(given: Wishes): Command[] {
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

/** Every order is as likely (Fisher and Yates). */
function shuffled(names: readonly string[]): string[] {
  const result = [...names];
  for (const last of [...result.keys()].toReversed()) {
    const other = randomInt(last + 1);
    [result[last], result[other]] = [result[other] ?? '', result[last] ?? ''];
  }
  return result;
}

const drills = ({ runtime, images }: Wishes, slug: string, name: string, ...args: string[]): Command => ({
  name,
  slug,
  kind: 'drills',
  args: [
    'harness/cli.ts',
    ...args,
    // By night there is time to see that an alert stays on until its group is looked at again.
    ...['--stays', 'group_interval'],
    ...(runtime === undefined ? [] : ['--runtime', runtime]),
    ...(images === undefined ? [] : ['--images', images]),
  ],
});
