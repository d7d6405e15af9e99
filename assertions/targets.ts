import { humanDuration } from '../core/duration.ts';
import type { Problem } from '../core/errors.ts';
import { floorFor } from '../core/floor-for.ts';
import { type Pace, paced } from '../core/pace.ts';
import type { DrillRecord, Floor } from '../core/record.ts';
import type { PageExpectation, Scenario } from '../core/scenario.ts';

/** A target of an expectation, at the pace of a drill. */
export interface TargetOfDrill {
  readonly ms: number;
  /** How it comes about, where it is not simply the scenario's own divided by the pace; else empty. */
  readonly because: string;
}

/** Which of an expectation's two targets, and the floor that belongs to it. */
const floorKeys = { within: 'detect', resolvedWithin: 'resolve' } as const;
type TargetKey = keyof typeof floorKeys;

/**
 * A target of an expectation at the pace of a drill: the scenario's own divided by the pace, and what the pace could
 * not divide of the floor, such as the tick of Grafana's scheduler. So a target is as far from its floor's worst case
 * at any pace as it is at the real one.
 */
export function targetOf(
  drill: {
    readonly floors: DrillRecord['floors'];
    readonly pace: Pick<Pace, 'factor'>;
    readonly scenario: Pick<Scenario, 'expectations'>;
  },
  expectation: PageExpectation,
  key: TargetKey,
): TargetOfDrill {
  const { pace } = drill;
  const own = paced(expectation[key], pace);
  const beyond = floorFor(drill, expectation)?.[floorKeys[key]].beyondPaceMs ?? 0;
  if (beyond === 0) return { ms: own, because: '' };
  return {
    ms: own + beyond,
    because: `${expectation[key]} divided by ${pace.factor} is ${humanDuration(own)}, and ${humanDuration(beyond)} more for what this pace cannot divide`,
  };
}

/** Terms that come from another rule than the alert's. */
const explained = new Set(['recording', 'group interval']);

/**
 * The targets of a scenario that its configuration cannot hold in the worst case: below the floor, and not
 * said to be (`belowFloor`). An alert without a floor is left alone: the drill will show why it has none.
 */
export function impossibleTargets(scenario: Scenario, floors: DrillRecord['floors'], pace: Pace): Problem[] {
  return scenario.expectations.flatMap((expectation, index) => {
    if (expectation.kind !== 'page' || expectation.belowFloor) return [];
    // What follows from a burst is not spread by chance: only what no burst can hold is refused.
    const bound = scenario.fault.lasts === undefined ? 'worst' : 'best';
    const where = `${scenario.name}: expectations[${index}]`;
    return [
      ...tooLow(where, 'within', expectation, { scenario, floors, pace }, bound),
      ...tooLow(where, 'resolvedWithin', expectation, { scenario, floors, pace }, bound),
    ];
  });
}

/**
 * Which targets hold or not by chance: the page may have to wait for `group_interval`, since another alert of its group
 * may fire first. They are not refused: most of the time either fires within `group_wait` of the other.
 */
export function targetsByChance({ scenario, floors, pace }: DrillOfTargets): string[] {
  return scenario.expectations.flatMap((expectation) => {
    const floor =
      expectation.kind === 'page' ? floorFor({ scenario, floors }, expectation)?.detect : undefined;
    if (!floor || expectation.kind !== 'page') return [];
    const { ms } = targetOf({ scenario, floors, pace }, expectation, 'within');
    const term = floor.terms.find(({ worstAlone }) => worstAlone !== undefined);
    if (!term || ms >= floor.worst) return [];
    const [alone, joined] = [worstOf(floor), floor.worst].map(humanDuration);
    return [
      `it is a matter of chance whether ${expectation.alert} arrives in time, within ${humanDuration(ms)}: it takes up to ${alone}, or up to ${joined} (${term.source})`,
    ];
  });
}

/** The worst case that rests on the configuration alone, and not on which of two alerts fires first. */
const worstOf = ({ worst, terms }: Floor): number =>
  terms.reduce((rest, term) => rest - (term.worst - (term.worstAlone ?? term.worst)), worst);

interface DrillOfTargets {
  readonly scenario: Scenario;
  readonly floors: DrillRecord['floors'];
  readonly pace: Pace;
}

function tooLow(
  where: string,
  key: TargetKey,
  expectation: PageExpectation,
  drill: DrillOfTargets,
  bound: 'best' | 'worst',
): Problem[] {
  const floor = floorFor(drill, expectation)?.[floorKeys[key]];
  if (!floor) return [];
  const { ms, because } = targetOf(drill, expectation, key);
  const total = bound === 'worst' ? worstOf(floor) : floor.best;
  if (ms >= total) return [];
  const terms = floor.terms
    .map((term) => (term.worstAlone === undefined ? term : { ...term, worst: term.worstAlone }))
    .filter((term) => term[bound] > 0);
  const sum = terms.map((term) => `${term.name} ${humanDuration(term[bound])}`).join(' + ');
  // Where the time goes that no setting of the alert's own rule shows.
  const why = terms.filter(({ name }) => key === 'within' && explained.has(name)).map(({ source }) => source);
  const target = `${expectation[key]} is ${humanDuration(ms)} at ${drill.pace.name} pace${because && ` (${because})`}`;
  return [
    {
      where: `${where}.${key}`,
      message: `${target}; the configuration of ${expectation.alert} alone takes ${bound === 'worst' ? 'up to' : 'at least'} ${humanDuration(total)} (${sum})${why.map((source) => `; ${source}`).join('')}`,
      hint: 'raise the target, shorten what takes the time, or set belowFloor: true to show that it cannot be held',
    },
  ];
}
