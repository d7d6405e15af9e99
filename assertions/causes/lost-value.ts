import { humanDuration } from '../../core/duration.ts';
import { labelsAgree, labelsText } from '../../core/labels.ts';
import type { AlertEvidence, AlertStretch, ConditionEvidence, Unjudged } from '../../core/record.ts';
import type { Case, Cause } from './case.ts';
import { comparisonLines, decisiveOf } from './conditions.ts';

/*
 * A comparison gives no result for a series without a value. Some rules compare a value that goes away with the fault:
 * `count(up == 1) == 0`, or `rate(x[5m]) < 1` of a service that is killed. Such a rule is not true during the fault.
 */

type Lost = NonNullable<ConditionEvidence['gone']>['stretches'][number];

/** Returns the stretches in which series had lost their value while this time passed, in epoch milliseconds. */
const lostAt = ({ gone }: ConditionEvidence, at: number): Lost[] =>
  (gone?.stretches ?? []).filter(({ from, to }) => from <= at && to >= at);

/** Whether a series that has lost its value may have kept the comparison false. Others must be lost for `>` to be false. */
function matters({ operator = '', gone }: ConditionEvidence, lost: readonly Lost[]): boolean {
  if (lost.length === 0) return false;
  return !operator.startsWith('>') || lost.length === gone?.series;
}

/** Describes series that had lost their value, from the injection on. */
function lostLines(condition: ConditionEvidence, lost: readonly Lost[], injectedAt: number): string[] {
  const { left, text } = condition;
  return lost.slice(0, 5).map(({ labels, from, to, notNumber }) => {
    const series = Object.keys(labels).length > 0 ? ` of {${labelsText(labels)}}` : '';
    const what = notNumber ? 'was no number, as 0/0 is,' : 'had no value';
    const times = `from ${humanDuration(from - injectedAt)} to ${humanDuration(to - injectedAt)} after the injection`;
    return `${left ?? text}${series} ${what} ${times}`;
  });
}

/** What was lost when the fault was reverted, with the conditions that it kept false. */
function lostUntilRevert({ alert, record }: Case): { condition: ConditionEvidence; lost: Lost[] }[] {
  const { revertedAt, heldUntil: until = revertedAt } = record.faultWindow ?? {};
  if (until === undefined) return [];
  return decisiveOf(alert).flatMap((condition) => {
    const lost = lostAt(condition, until);
    return condition.kind === 'comparison' && matters(condition, lost) ? [{ condition, lost }] : [];
  });
}

/** What Grafana does with a query without data, and the page that it sent of it. */
function noDataLines({ rule, alert }: AlertEvidence, { pages }: Pick<Unjudged, 'pages'>): string[] {
  const { noDataState } = rule ?? {};
  if (noDataState === undefined) return [];
  if (noDataState === 'OK') return ['noDataState is OK: Grafana takes a query without data for healthy'];
  if (noDataState === 'KeepLast') return ['noDataState is KeepLast: without data the state stays as it is'];
  if (noDataState !== 'NoData') return [];
  const sent = pages.find((page) => page.alert === 'DatasourceNoData' && page.labels.rulename === alert);
  const page = sent ? `, which came at ${sent.receiver}` : '';
  return [`noDataState is NoData: without data Grafana sends DatasourceNoData instead of this alert${page}`];
}

/** The compared value was there, and was gone or no number while the fault lasted. */
export const lostValue: Cause = {
  hop: 'expression true',
  cause: (of) =>
    lostUntilRevert(of).every(({ lost }) => lost.every(({ notNumber }) => notNumber))
      ? 'the compared value was no number while the fault lasted'
      : 'the compared value was gone while the fault lasted',
  evidence: (of) => {
    const { alert, injectedAt, record } = of;
    const found = lostUntilRevert(of);
    if (found.length === 0) return undefined;
    const isWhole = found.some(({ condition, lost }) => lost.length === condition.gone?.series);
    return [
      ...found.flatMap(({ condition, lost }) => [
        ...lostLines(condition, lost, injectedAt),
        ...comparisonLines(condition),
      ]),
      ...(alert.manager === 'grafana'
        ? isWhole
          ? noDataLines(alert, record)
          : ['Grafana forgets a series that is gone, and its alert ends']
        : [
            'what has no value is not 0, and no comparison with it is true: `or vector(0)`, absent() or `up` would tell',
          ]),
    ];
  },
};

/**
 * Describes what an alert had lost when it ended; empty when its values went on.
 *
 * @param ended the labels of the alert, and the evaluation that ended it.
 */
export function lostAtEnd(
  { conditions = [] }: AlertEvidence,
  { labels, endedAt }: Pick<AlertStretch, 'labels'> & { readonly endedAt: number },
  injectedAt: number,
): string[] {
  return conditions.flatMap((condition) => {
    if (condition.kind !== 'comparison' || condition.held.length === 0) return [];
    const own = lostAt(condition, endedAt).filter((lost) => labelsAgree(lost.labels, labels));
    return lostLines(condition, own, injectedAt);
  });
}

/** The longest step of a range query. */
const longestStepMs = 1_000;

/** Describes what was lost where an expression that had been true was so no more; empty when its values went on. */
export const lostWhenFalse = ({ alert, injectedAt }: Case): string[] => {
  const ends = alert.trueStretches.map(({ to }) => to).filter((to) => to >= injectedAt);
  return (alert.conditions ?? []).flatMap((condition) => {
    const lost = (condition.gone?.stretches ?? []).filter(({ from }) =>
      ends.some((to) => from > to && from <= to + longestStepMs),
    );
    return condition.kind === 'comparison' && condition.held.length > 0
      ? lostLines(condition, lost, injectedAt)
      : [];
  });
};
