import { humanDuration, parseDuration } from '../core/duration.ts';
import type { Problem } from '../core/errors.ts';
import { expectedAlerts, expectedPages } from '../core/expected-alerts.ts';
import { floorFor } from '../core/floor-for.ts';
import { type Pace, paced } from '../core/pace.ts';
import { type WhereOf, within } from '../core/path.ts';
import type { DrillRecord, Floor } from '../core/record.ts';
import { awaitsResolution, type PageExpectation, type Scenario } from '../core/scenario.ts';

/** A target of an expectation at the pace of a drill. */
export interface TargetOfDrill {
  readonly ms: number;
  /** Explains the target if it is not simply the scenario's target divided by the pace; else empty. */
  readonly because: string;
}

/** The two targets of an expectation, each with its floor. */
const floorKeys = { within: 'detect', resolvedWithin: 'resolve' } as const;
type TargetKey = keyof typeof floorKeys;

/**
 * Returns a target of an expectation at the pace of a drill: the scenario's target divided by the pace, plus the part of the
 * floor that the pace cannot divide, such as the tick of Grafana's scheduler. The margin between the target and the floor's
 * worst case is thus always the margin at real pace divided by the pace.
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
  // An alert that outlasts the drill has no such target.
  const own =
    parseDuration(expectation[key]) === undefined ? Number.POSITIVE_INFINITY : paced(expectation[key], pace);
  const beyond = floorFor(drill, expectation)?.[floorKeys[key]].beyondPaceMs ?? 0;
  if (beyond === 0) return { ms: own, because: '' };
  return {
    ms: own + beyond,
    because: `${expectation[key]} divided by ${pace.factor} is ${humanDuration(own)}, and ${humanDuration(beyond)} more for what this pace cannot divide`,
  };
}

/** Terms that are caused by another rule than the alert's. */
const termsOfOtherRules = new Set(['recording', 'group interval']);

/**
 * Returns the targets that the configuration cannot meet in the worst case, because they are below the floor, unless the
 * expectation has `belowFloor`. An alert without a floor is not checked: the drill shows why it has none.
 */
export function impossibleTargets(
  scenario: Scenario,
  floors: DrillRecord['floors'],
  pace: Pace,
  { whereOf, ruleOf }: Naming = { whereOf: within(scenario.name), ruleOf: ({ alert }) => alert },
): Problem[] {
  return expectedAlerts(scenario.expectations).flatMap(({ expectation, at, isEscalation = false }) => {
    if (expectation.kind !== 'page' || expectation.belowFloor) return [];
    // For a fault of fixed length, only a target below the best case is refused.
    const bound = scenario.fault.lasts === undefined ? 'worst' : 'best';
    const onlyDetects = isEscalation || !awaitsResolution(expectation);
    const keys: readonly TargetKey[] = onlyDetects ? ['within'] : ['within', 'resolvedWithin'];
    return keys.flatMap((key) => {
      const found = targetBelowFloor(key, expectation, { scenario, floors, pace }, bound, ruleOf);
      if (!found) return [];
      const { message, hint } = found;
      return isEscalation
        ? [{ where: whereOf([...at, 'after']), message: `together with within, ${message}`, hint }]
        : [{ where: whereOf([...at, key]), message, hint }];
    });
  });
}

/**
 * Describes the targets that are met only by chance: if another alert of the group fires first, the page waits for
 * `group_interval`. They are not refused, because mostly both alerts fire within `group_wait` of each other.
 */
export function targetsByChance({ scenario, floors, pace }: TargetContext): string[] {
  return expectedPages(scenario.expectations).flatMap((expectation) => {
    const floor = floorFor({ scenario, floors }, expectation)?.detect;
    if (!floor) return [];
    const { ms } = targetOf({ scenario, floors, pace }, expectation, 'within');
    const term = floor.terms.find(({ worstAlone }) => worstAlone !== undefined);
    if (!term || ms >= floor.worst) return [];
    const [alone, joined] = [worstByConfiguration(floor), floor.worst].map(humanDuration);
    return [
      `it is a matter of chance whether ${expectation.alert} arrives in time, within ${humanDuration(ms)}: it takes up to ${alone}, or up to ${joined} (${term.source})`,
    ];
  });
}

/** The worst case of the floor when no other alert of the group fires first. */
const worstByConfiguration = ({ worst, terms }: Floor): number =>
  terms.reduce((rest, term) => rest - (term.worst - (term.worstAlone ?? term.worst)), worst);

interface TargetContext {
  readonly scenario: Scenario;
  readonly floors: DrillRecord['floors'];
  readonly pace: Pace;
}

/** How messages name an expectation and its rule. */
export interface Naming {
  readonly whereOf: WhereOf;
  /** The alert with the place of its rule. */
  readonly ruleOf: (expectation: PageExpectation) => string;
}

function targetBelowFloor(
  key: TargetKey,
  expectation: PageExpectation,
  drill: TargetContext,
  bound: 'best' | 'worst',
  ruleOf: Naming['ruleOf'],
): Required<Omit<Problem, 'where'>> | undefined {
  const floor = floorFor(drill, expectation)?.[floorKeys[key]];
  if (!floor) return undefined;
  const { ms, because } = targetOf(drill, expectation, key);
  const total = bound === 'worst' ? worstByConfiguration(floor) : floor.best;
  if (ms >= total) return undefined;
  const terms = floor.terms
    .map((term) => (term.worstAlone === undefined ? term : { ...term, worst: term.worstAlone }))
    .filter((term) => term[bound] > 0);
  const sum = terms.map((term) => `${term.name} ${humanDuration(term[bound])}`).join(' + ');
  // Explains terms that no setting of the alert's own rule shows.
  const why = terms
    .filter(({ name }) => key === 'within' && termsOfOtherRules.has(name))
    .map(({ source }) => source);
  const target = `${expectation[key]} is ${humanDuration(ms)} at ${drill.pace.name} pace${because && ` (${because})`}`;
  return {
    message: `${target}; the configuration of ${ruleOf(expectation)} alone takes ${bound === 'worst' ? 'up to' : 'at least'} ${humanDuration(total)} (${sum})${why.map((source) => `; ${source}`).join('')}`,
    hint: 'raise the target, shorten what takes the time, or set belowFloor: true to show that it cannot be held',
  };
}
