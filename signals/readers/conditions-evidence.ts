import { labelsKey } from '../../core/labels.ts';
import { conditionsOf, type ExpressionCondition as Demanded } from '../../core/promql/conditions.ts';
import { sidesOf } from '../../core/promql/sides-of.ts';
import type { ConditionEvidence } from '../../core/record.ts';
import type { EvidenceRequest } from './evidence-request.ts';
import type { PrometheusReader } from './prometheus.ts';
import { labelSets, type RangeResult, type Series } from './series.ts';
import { gapsIn, observedRange, trueStretches } from './series-summary.ts';

type Span = Pick<EvidenceRequest, 'injectedAt' | 'toMs' | 'stepMs'>;
/** Asks for what an expression was. */
export type Ask = (expr: string) => Promise<RangeResult>;

/** The values of each condition of an expression since the injection. */
export async function conditions(
  prometheus: Pick<PrometheusReader, 'queryRange'>,
  query: string,
  { injectedAt, toMs, stepMs }: Span,
): Promise<ConditionEvidence[]> {
  const answers = new Map<string, Promise<RangeResult>>();
  const ask: Ask = async (expr) => {
    const known = answers.get(expr) ?? prometheus.queryRange(expr, injectedAt, toMs, stepMs);
    answers.set(expr, known);
    return await known;
  };
  const found: ConditionEvidence[] = [];
  for (const condition of conditionsOf(query)) found.push(await observed(ask, condition, { toMs, stepMs }));
  return found;
}

async function observed(
  ask: Ask,
  condition: Demanded,
  { toMs, stepMs }: Pick<Span, 'toMs' | 'stepMs'>,
): Promise<ConditionEvidence> {
  const { threshold, left, right, kind, text, paired, ...rest } = condition;
  const held = trueStretches((await ask(text)).series, stepMs);
  const leftSeries = kind === 'comparison' && left !== undefined ? (await ask(left)).series : [];
  const range = observedRange(leftSeries);
  const rightRange = right === undefined ? undefined : observedRange((await ask(right)).series);
  const nearest =
    paired && held.length === 0 ? await foremostPair(ask, paired, condition.operator) : undefined;
  // A comparison with a number drops series without pairing them; the pairing is in its left side.
  const pairs = kind === 'comparison' && right === undefined ? left : text;
  const unpaired = held.length === 0 && pairs !== undefined ? await sidesIn(ask, pairs) : undefined;
  return {
    kind,
    text,
    ...rest,
    ...(left === undefined ? {} : { left }),
    // JSON has no infinity, and a comparison with it gives no information.
    ...(threshold !== undefined && Number.isFinite(threshold) ? { threshold } : {}),
    ...(right === undefined ? {} : { right }),
    ...(range ? { observed: range } : {}),
    ...(rightRange ? { observedRight: rightRange } : {}),
    ...(nearest ? { nearest } : {}),
    ...(!range && leftSeries.some(({ samples }) => samples.length > 0) ? { notNumbers: true as const } : {}),
    held,
    ...goneOf(leftSeries, toMs, stepMs),
    ...(unpaired ? { unpaired } : {}),
  };
}

/** When series of the left side of a comparison had lost their value. */
export function goneOf(
  left: readonly Series[],
  toMs: number,
  stepMs: number,
): Pick<ConditionEvidence, 'gone'> {
  const stretches = gapsIn(left, toMs, stepMs);
  return stretches.length > 0 ? { gone: { series: left.length, stretches } } : {};
}

/** The values of a pair of series. */
export type Pair = NonNullable<ConditionEvidence['nearest']>;

/**
 * The pair of series, of all pairs at all times, that comes nearest to satisfying a comparison or satisfies it most
 * clearly.
 *
 * @param paired expressions for the values of both sides, for the series that match.
 */
export async function foremostPair(
  ask: Ask,
  paired: readonly [left: string, right: string],
  operator = '',
): Promise<Pair | undefined> {
  const [lefts, rights] = await Promise.all(paired.map(async (side) => (await ask(side)).series));
  const others = new Map((rights ?? []).map(({ labels, samples }) => [labelsKey(labels), new Map(samples)]));
  const pairs = (lefts ?? []).flatMap(({ labels, samples }) => {
    const other = others.get(labelsKey(labels));
    return samples.flatMap(([at, left]): Pair[] => {
      const right = other?.get(at);
      const isKnown = right !== undefined && Number.isFinite(left) && Number.isFinite(right);
      return isKnown ? [{ labels, left, right }] : [];
    });
  });
  const reach = ({ left, right }: Pair) =>
    operator.startsWith('>')
      ? left - right
      : operator.startsWith('<')
        ? right - left
        : -Math.abs(left - right);
  const [first, ...more] = pairs;
  return more.reduce((best, pair) => (best && reach(best) >= reach(pair) ? best : pair), first);
}

/** The outermost operation between vectors whose sides both have series. */
async function sidesIn(ask: Ask, expression: string): Promise<ConditionEvidence['unpaired']> {
  const operation = sidesOf(expression);
  if (!operation || operation.operator === 'or' || operation.operator === 'unless') return undefined;
  const sides = [];
  for (const text of [operation.left, operation.right]) {
    sides.push({ text, labels: labelSets((await ask(text)).series) });
  }
  const empty = sides.find(({ labels }) => labels.length === 0);
  return empty ? await sidesIn(ask, empty.text) : { expression, sides };
}
