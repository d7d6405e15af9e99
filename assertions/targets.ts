import { humanDuration } from '../core/duration.ts';
import type { Problem } from '../core/errors.ts';
import type { Pace } from '../core/pace.ts';
import { paced } from '../core/pace.ts';
import type { DrillRecord, Floor } from '../core/record.ts';
import type { PageExpectation, Scenario } from '../core/scenario.ts';

/**
 * The targets of a scenario that its configuration cannot hold in the worst case: below the floor, and not
 * said to be (`belowFloor`). An alert without a floor is left alone: the drill will show why it has none.
 */
export function impossibleTargets(scenario: Scenario, floors: DrillRecord['floors'], pace: Pace): Problem[] {
  return scenario.expectations.flatMap((expectation, index) => {
    if (expectation.kind !== 'page' || expectation.belowFloor) return [];
    const floor = floors[expectation.alert];
    if (!floor) return [];
    const where = `${scenario.name}: expectations[${index}]`;
    return [
      ...tooLow(`${where}.within`, 'within', expectation, floor.detect, pace),
      ...tooLow(`${where}.resolvedWithin`, 'resolvedWithin', expectation, floor.resolve, pace),
    ];
  });
}

function tooLow(
  where: string,
  key: 'within' | 'resolvedWithin',
  expectation: PageExpectation,
  floor: Floor,
  pace: Pace,
): Problem[] {
  const target = paced(expectation[key], pace);
  if (target >= floor.worst) return [];
  const terms = floor.terms.filter((term) => term.worst > 0);
  const sum = terms.map((term) => `${term.name} ${humanDuration(term.worst)}`).join(' + ');
  return [
    {
      where,
      message: `${expectation[key]} is ${humanDuration(target)} at ${pace.name} pace; the configuration of ${expectation.alert} alone takes up to ${humanDuration(floor.worst)} (${sum})`,
      hint: 'raise the target, shorten what takes the time, or set belowFloor: true to show that it cannot be held',
    },
  ];
}
