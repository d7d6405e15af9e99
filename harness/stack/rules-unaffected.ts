import type { WrittenRule } from '../../configuration/rules/rule.ts';
import { paced } from '../../core/pace.ts';
import { outerComparison, type ThresholdComparison } from '../../core/promql/outer-comparison.ts';
import type { PrometheusReader } from '../../signals/readers/prometheus.ts';
import { closestToThreshold } from '../../signals/readers/series-summary.ts';
import { seenForMs } from '../floors/reach.ts';
import { telemetryLag } from '../phases/settle.ts';
import type { RunningDrill } from '../running-drill.ts';

/** A past fault on the stack. Times in epoch milliseconds. */
export interface PastFault {
  /** When the first fault on the stack was injected. */
  readonly firstInjectedAt: number;
  /** When this fault was reverted and had hit its last request. */
  readonly healthyFrom: number;
}

/** The alerting rules of the configuration: those whose alerts the next scenario expects, and all others. */
export interface RulesByExpectation {
  readonly expected: readonly WrittenRule[];
  readonly others: readonly WrittenRule[];
}

/**
 * Returns the time from which no rule's state depends on the past fault, in epoch milliseconds. A rule no longer depends on
 * it when the rule's window has moved past the fault. A rule that the next scenario does not expect is also unaffected
 * when the fault changed its value by a negligible amount.
 */
export async function rulesUnaffectedFrom(
  { options: { pace }, prometheus }: Pick<RunningDrill, 'options' | 'prometheus'>,
  { expected, others }: RulesByExpectation,
  { firstInjectedAt, healthyFrom }: PastFault,
): Promise<number> {
  const now = Date.now();
  const arrivedAt = healthyFrom + paced(telemetryLag, pace);
  const awaited = expected.map((rule) => arrivedAt + seenForMs(rule)).filter((at) => at > now);
  let latest = Math.max(arrivedAt, ...awaited);
  for (const rule of others) {
    const at = arrivedAt + seenForMs(rule);
    if (at <= Math.max(now, latest)) continue;
    if (await isNearerThanBefore(prometheus, rule, firstInjectedAt, now)) latest = at;
  }
  return latest;
}

/** A move towards the threshold by less than this share of the threshold is negligible. */
const negligibleShare = 0.1;

/** Whether a rule's value is nearer to its threshold now than it was `then`. `true` when this cannot be determined. */
async function isNearerThanBefore(
  prometheus: Pick<PrometheusReader, 'queryRange'>,
  { expr, logs }: WrittenRule,
  then: number,
  now: number,
): Promise<boolean> {
  const comparison = outerComparison(expr);
  // The rule reads logs, which Prometheus does not have.
  if (!comparison || logs.size > 0) return true;
  const valueAt = async (at: number) => {
    const { series } = await prometheus.queryRange(comparison.left, at, at, 1_000);
    return closestToThreshold(series, comparison.operator).at(-1)?.[1];
  };
  return isNearer(comparison, await valueAt(then), await valueAt(now));
}

/** @param before `undefined`, like `after`, when the expression had no value. */
export function isNearer(
  { operator, threshold }: Pick<ThresholdComparison, 'operator' | 'threshold'>,
  before: number | undefined,
  after: number | undefined,
): boolean {
  if (operator === '==' || operator === '!=') return before !== after;
  if (after === undefined) return false;
  const step = negligibleShare * Math.abs(threshold);
  // No value, for example an error rate without errors, counts as 0.
  if (operator.startsWith('>')) return after - (before ?? 0) > step;
  return before === undefined || before - after > step;
}
