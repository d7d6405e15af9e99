import { humanDuration } from '../../core/duration.ts';
import { labelsText } from '../../core/labels.ts';
import { longestOffset } from '../../core/promql/longest-offset.ts';
import { turned } from '../../core/promql/outer-comparison.ts';
import type { AlertEvidence, ConditionEvidence } from '../../core/record.ts';
import type { Case, Cause } from './case.ts';
import { unmatched } from './vector-matching.ts';

/* Causes in the conditions of the rule's expression. They apply when the expression was never true since the fault. */

/** A condition that kept the rule false. */
interface DecisiveCondition {
  readonly condition: ConditionEvidence;
  /** `false`: never held; `apart`: both sides held, but never together; `excluded`: by the right side of `unless`. */
  readonly how: 'false' | 'apart' | 'excluded';
}

/** Returns the conditions that kept the rule false. A side that held is not among them. */
export function decisiveConditions(all: readonly ConditionEvidence[], index = 0): DecisiveCondition[] {
  const condition = all[index];
  if (!condition || condition.held.length > 0) return [];
  const parts = all.flatMap(({ parent }, i) => (parent === index ? [i] : []));
  const within = parts.flatMap((part) => decisiveConditions(all, part));
  const [left = -1] = parts;
  switch (condition.kind) {
    case 'and':
      return within.length > 0 ? within : [{ condition, how: 'apart' }];
    case 'or':
      return within;
    case 'unless':
      return all[left]?.held.length === 0 ? decisiveConditions(all, left) : [{ condition, how: 'excluded' }];
    default:
      // A condition with a value is false itself. A condition without one may have none because of a nested condition.
      return condition.observed || within.length === 0 ? [{ condition, how: 'false' }] : within;
  }
}

export const decisiveOf = ({ conditions = [] }: AlertEvidence): ConditionEvidence[] =>
  decisiveConditions(conditions).map(({ condition }) => condition);

const round = (value: number) => Number(value.toPrecision(4));

const rangeText = ({ min, max }: { min: number; max: number }) => `${round(min)} to ${round(max)}`;

function observedText(operator: string, { min, max }: { min: number; max: number }): string {
  if (operator.startsWith('<')) return `at least ${round(min)}`;
  if (operator.startsWith('>')) return `at most ${round(max)}`;
  return min === max ? `${round(min)}` : `between ${round(min)} and ${round(max)}`;
}

type Compared = Pick<
  ConditionEvidence,
  'left' | 'operator' | 'threshold' | 'right' | 'observed' | 'observedRight' | 'nearest'
>;

/** What a comparison was and should have been. */
export function comparisonLines(compared: Compared): string[] {
  const { left, operator = '', threshold, right, observed, observedRight, nearest } = compared;
  if (!observed) return [];
  const was = `${left} was ${observedText(operator, observed)} since the fault`;
  if (threshold !== undefined) return [`${was}; it must be ${operator} ${round(threshold)}`];
  const other = observedRight
    ? `which was ${observedText(turned(operator), observedRight)}`
    : 'which had no value';
  // Largest and smallest may be of series that do not pair.
  const pair = nearest
    ? [`nearest to it: ${round(nearest.left)} against ${round(nearest.right)}${ofSeries(nearest.labels)}`]
    : [];
  return [[`${was}; it must be ${operator} ${right}, ${other}`, ...pair].join('; ')];
}

const ofSeries = (labels: Readonly<Record<string, string>>) =>
  Object.keys(labels).length > 0 ? ` of {${labelsText(labels)}}` : '';

/** Describes why a condition had no value. */
const withoutValue = ({ left, text, notNumbers }: ConditionEvidence): string =>
  notNumbers
    ? `${left ?? text} was no number since the fault, as 0/0 is`
    : `${left ?? text} had no value since the fault`;

/** Returns a line for each condition that held, and so did not keep the rule false. */
function heldLines(conditions: readonly ConditionEvidence[]): string[] {
  return conditions.flatMap(({ kind, text, held, observed, observedRight, bool }) => {
    if (held.length === 0 || (kind !== 'comparison' && kind !== 'absence')) return [];
    const other = observedRight ? `, the other side ${rangeText(observedRight)}` : '';
    const was = observed ? ` (it was ${rangeText(observed)}${other})` : '';
    return [bool ? `${text}: held whatever its value, for it has bool${was}` : `${text}: held${was}`];
  });
}

export const neverCrossed: Cause = {
  hop: 'expression true',
  cause: ({ alert }) =>
    decisiveOf(alert).some((condition) => highestBucket(alert, condition) !== undefined)
      ? 'the threshold is above the highest bucket of the histogram'
      : 'the threshold was never crossed',
  evidence: ({ alert }) => {
    const { conditions, comparison } = alert;
    if (!conditions) return comparison ? comparisonLines(comparison) : undefined;
    const kept = decisiveOf(alert).filter(({ kind }) => kind === 'comparison');
    const crossed = kept.flatMap(comparisonLines);
    if (crossed.length === 0) return undefined;
    return [
      ...crossed,
      ...kept.flatMap((condition) => {
        const highest = highestBucket(alert, condition);
        return highest === undefined
          ? []
          : [`histogram_quantile gives at most the highest finite bucket, which is ${round(highest)}`];
      }),
      ...kept.filter(({ observed }) => !observed).map(withoutValue),
      ...heldLines(conditions),
    ];
  },
};

/** Returns the highest finite bucket, if a quantile reached it and the threshold is not below it. */
function highestBucket(
  { quantiles = [] }: AlertEvidence,
  { left = '', operator = '', threshold, observed }: ConditionEvidence,
): number | undefined {
  if (threshold === undefined || !observed || !operator.startsWith('>')) return undefined;
  if (!/\bhistogram_quantile\b/.test(left)) return undefined;
  return quantiles.find(
    ({ highest }) => highest !== undefined && observed.max === highest && threshold >= highest,
  )?.highest;
}

/** A comparison of two vectors, of which the right one never had a value. */
export const nothingToCompareWith: Cause = {
  hop: 'expression true',
  cause: ({ alert }) =>
    withoutRightSide(alert).some(({ right = '' }) => longestOffset(right) > 0)
      ? 'the rule compares with a past of which Prometheus has no samples'
      : 'the right side of a comparison had no value',
  evidence: ({ alert }) =>
    withoutRightSide(alert).flatMap((compared) => {
      const offsetMs = longestOffset(compared.right ?? '');
      return [
        ...comparisonLines(compared),
        ...(offsetMs > 0
          ? [`its offset is ${humanDuration(offsetMs)}; load.history gives Prometheus a past of that length`]
          : []),
      ];
    }),
};

const withoutRightSide = (alert: AlertEvidence): ConditionEvidence[] =>
  decisiveOf(alert).filter(
    ({ kind, right, threshold, observed, observedRight }) =>
      kind === 'comparison' && right !== undefined && threshold === undefined && observed && !observedRight,
  );

/** The right side of `unless` excluded the left, or the series that `absent` names existed. */
export const excluded: Cause = {
  hop: 'expression true',
  cause: ({ alert: { conditions = [] } }) =>
    decisiveConditions(conditions).some(({ how }) => how === 'excluded')
      ? 'the right side of `unless` kept the rule false'
      : 'what the rule wants to be absent was there',
  evidence: ({ alert: { conditions = [] } }) => {
    const kept = decisiveConditions(conditions);
    const lines = kept.flatMap(({ condition, how }) => {
      if (how !== 'excluded')
        return condition.kind === 'absence' ? [`${condition.left} had series since the fault`] : [];
      const index = conditions.indexOf(condition);
      const [left, right] = conditions.filter(({ parent }) => parent === index);
      const was = right?.observed ? `: it was ${rangeText(right.observed)}` : '';
      return [`${right?.text} held${was}`, `${left?.text} held as well, and was excluded by it`];
    });
    return lines;
  },
};

/** Both sides of `and` held at some time, but no pair of their series held at the same time. */
export const neverTogether: Cause = {
  hop: 'expression true',
  cause: 'both sides of `and` held, but never together',
  evidence: ({ alert: { conditions = [] } }) =>
    decisiveConditions(conditions)
      .filter(({ how }) => how === 'apart')
      .flatMap(({ condition }) => {
        const index = conditions.indexOf(condition);
        return conditions
          .filter(({ parent }) => parent === index)
          .map(({ text, held }) => `${text} held ${held.map(stretchText).join(', ')}`);
      }),
};

const clock = (at: number) => new Date(at).toISOString().slice(11, 23);
const stretchText = ({ from, to }: { from: number; to: number }) => `from ${clock(from)} to ${clock(to)}`;

export const sidesDoNotMatch: Cause = {
  hop: 'expression true',
  cause: 'both sides of an operation exist but match no labels',
  evidence: ({ alert }) => {
    // What is observed is the left side of a comparison. It has values whether or not they pair with those of the right.
    const inside = decisiveOf(alert).flatMap(({ text, observed, unpaired }) =>
      unpaired && (!observed || unpaired.expression === text)
        ? [unmatched(unpaired.expression, unpaired.sides)]
        : [],
    );
    const found = inside.find((lines) => lines !== undefined);
    if (found || alert.conditions) return found;
    // Without sides the rule may be in another language, which has no grammar here.
    return alert.rule && alert.sides.length > 0 ? unmatched(alert.rule.query, alert.sides) : undefined;
  },
};

/** Whether the form of the condition of Grafana's rule is not supported, so that its value is not known. */
const isUnsupported = ({ alert: { manager, rule, conditions, comparison } }: Case): boolean =>
  manager === 'grafana' && rule !== undefined && !conditions && !comparison;

export const noValue: Cause = {
  hop: 'expression true',
  cause: (of) =>
    isUnsupported(of) ? "the value of the rule's condition is not known" : 'the expression had no value',
  evidence: (of: Case) => {
    const { alert } = of;
    if (isUnsupported(of)) {
      return [
        `${alert.rule?.query} was not true in any evaluation by Grafana. The form of its condition is not supported, so its value is not known. Every metric in its queries exists`,
      ];
    }
    const kept = decisiveOf(alert);
    if (kept.length > 0) return kept.map((one) => `${withoutValue(one)}, though every metric in it exists`);
    const { comparison, rule } = alert;
    return [
      `${comparison?.left ?? rule?.query ?? 'the expression'} had no value since the fault, though every metric in it exists`,
    ];
  },
};
