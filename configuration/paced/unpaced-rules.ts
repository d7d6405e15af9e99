import type { Problem } from '../../core/errors.ts';
import { expectedAlerts } from '../../core/expected-alerts.ts';
import type { Pace } from '../../core/pace.ts';
import { within } from '../../core/path.ts';
import { multiplyCounts, type Unpaced } from '../../core/promql/counts.ts';
import { windowDividedBy } from '../../core/promql/scale.ts';
import type { DrillRecord } from '../../core/record.ts';
import type { Scenario } from '../../core/scenario.ts';
import type { WrittenFiles } from '../files/files.ts';
import { rulePlace } from '../rules/rule-place.ts';
import { type AlertRule, alertRules, mayBe } from './alert-rules.ts';
import { countedQuery } from './counted-query.ts';

export type UnpacedRule = NonNullable<DrillRecord['unpacedRules']>[number];

interface Found {
  readonly rule: AlertRule;
  readonly reasons: readonly Unpaced[];
}

/** The rules whose meaning a divided pace would change. */
function found(
  written: WrittenFiles,
  { factor }: Pick<Pace, 'factor'>,
  alerts?: ReadonlySet<string>,
): Found[] {
  if (factor === 1) return [];
  return alertRules(written, alerts).flatMap((rule) => {
    const reasons = rule.expressions.flatMap((one) => reasonsIn(one, rule, factor));
    return reasons.length > 0 ? [{ rule, reasons }] : [];
  });
}

function reasonsIn(
  { expr, language, outside }: AlertRule['expressions'][number],
  { manager }: AlertRule,
  factor: number,
): readonly Unpaced[] {
  try {
    const counted =
      manager === 'grafana'
        ? countedQuery(expr, factor, language, outside)
        : multiplyCounts(expr, windowDividedBy(factor));
    return counted.unpaced;
  } catch {
    // What does not parse is refused by name elsewhere.
    return [];
  }
}

/** For the record: rules that this pace cannot judge. That they stay silent shows nothing. */
export const unpacedRules = (written: WrittenFiles, pace: Pick<Pace, 'factor'>): UnpacedRule[] =>
  found(written, pace).map(({ rule: { manager, alert, where }, reasons }) => ({
    manager,
    alert,
    where,
    reasons: reasons.map((reason) => ({ ...reason })),
  }));

/** Expectations of alerts whose rules mean something else at this pace. */
export function unpacedExpectations(
  scenario: Scenario,
  written: WrittenFiles,
  pace: Pace,
  whereOf = within(scenario.name),
): Problem[] {
  const expected = expectedAlerts(scenario.expectations);
  const unpaced = found(written, pace, new Set(expected.map(({ expectation }) => expectation.alert)));
  return expected.flatMap(({ expectation, at }) => {
    const own = unpaced.find(({ rule }) => mayBe(rule, expectation));
    if (!own) return [];
    return [
      {
        where: whereOf(at),
        message: `${expectation.alert} (${rulePlace(written, own.rule).line}) cannot be judged at ${pace.name} pace: ${own.reasons.map(reasonText).join('; ')}`,
        hint: 'drill it with --pace real',
      },
    ];
  });
}

/** Why, for a person. */
export function reasonText({ kind, text, needs }: UnpacedRule['reasons'][number]): string {
  switch (kind) {
    case 'few':
      return `${text} needs ${needs} events; in a window that is divided a single one would do`;
    case 'clock':
      return `${text} is a time that no pace divides`;
    case 'forecast':
      return `${text} extends what it sees by a time that no pace divides`;
  }
}
