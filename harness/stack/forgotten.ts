import type { WrittenRule } from '../../configuration/rules/rule.ts';
import { paced } from '../../core/pace.ts';
import { outerComparison, type ThresholdComparison } from '../../core/promql/outer-comparison.ts';
import type { PrometheusReader } from '../../signals/readers/prometheus.ts';
import { closestToThreshold } from '../../signals/readers/series-summary.ts';
import { seenForMs } from '../floors/reach.ts';
import { telemetryLag } from '../phases/nothing-left.ts';
import type { RunningDrill } from '../running-drill.ts';

/** A fault on the stack that is over; epoch milliseconds. */
export interface PastFault {
  /** When the first fault on the stack was injected. */
  readonly firstInjectedAt: number;
  /** From when on this one was undone and hit nothing more. */
  readonly healthyFrom: number;
}

/** The alerting rules of the configuration, by whether the next scenario expects their alerts. */
export interface SortedRules {
  readonly expected: readonly WrittenRule[];
  readonly others: readonly WrittenRule[];
}

/**
 * From when on no rule's state depends on a fault that is over: its window holds nothing of it or, of a rule that the
 * next scenario does not expect, its value was hardly moved by it. Epoch milliseconds.
 */
export async function forgottenAt(
  { options: { pace }, prometheus }: Pick<RunningDrill, 'options' | 'prometheus'>,
  { expected, others }: SortedRules,
  { firstInjectedAt, healthyFrom }: PastFault,
): Promise<number> {
  const now = Date.now();
  const arrivedAt = healthyFrom + paced(telemetryLag, pace);
  const awaited = expected.map((rule) => arrivedAt + seenForMs(rule)).filter((at) => at > now);
  let latest = Math.max(arrivedAt, ...awaited);
  for (const rule of others) {
    const at = arrivedAt + seenForMs(rule);
    if (at <= Math.max(now, latest)) continue;
    if (await isMoved(prometheus, rule, firstInjectedAt, now)) latest = at;
  }
  return latest;
}

/** A value that comes nearer to its threshold by less than this share of it was hardly moved. */
const hardly = 0.1;

/** Whether what a rule compares is nearer to its threshold now than it was then; also when that cannot be told. */
async function isMoved(
  prometheus: Pick<PrometheusReader, 'queryRange'>,
  { expr, logs }: WrittenRule,
  then: number,
  now: number,
): Promise<boolean> {
  const comparison = outerComparison(expr);
  // Lines are kept where Prometheus cannot be asked for them.
  if (!comparison || logs.size > 0) return true;
  const valueAt = async (at: number) => {
    const { series } = await prometheus.queryRange(comparison.left, at, at, 1_000);
    return closestToThreshold(series, comparison.operator).at(-1)?.[1];
  };
  return isNearer(comparison, await valueAt(then), await valueAt(now));
}

/** @param before absent, as `after`: there was no such value. */
export function isNearer(
  { operator, threshold }: Pick<ThresholdComparison, 'operator' | 'threshold'>,
  before: number | undefined,
  after: number | undefined,
): boolean {
  if (operator === '==' || operator === '!=') return before !== after;
  if (after === undefined) return false;
  const step = hardly * Math.abs(threshold);
  // What had no value, such as a rate of errors without an error, was as far from being above as can be.
  if (operator.startsWith('>')) return after - (before ?? 0) > step;
  return before === undefined || before - after > step;
}
