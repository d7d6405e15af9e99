import { conditionsOf, type ExpressionCondition as Demanded } from '../../core/promql/conditions.ts';
import { sidesOf } from '../../core/promql/sides-of.ts';
import type { ConditionEvidence } from '../../core/record.ts';
import type { EvidenceRequest } from './evidence-request.ts';
import type { PrometheusReader, RangeResult } from './prometheus.ts';
import { labelSets } from './series.ts';
import { observedRange, trueStretches } from './series-summary.ts';

type Span = Pick<EvidenceRequest, 'injectedAt' | 'toMs' | 'stepMs'>;
type Ask = (expr: string) => Promise<RangeResult>;

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
  for (const condition of conditionsOf(query)) found.push(await observed(ask, condition, stepMs));
  return found;
}

async function observed(ask: Ask, condition: Demanded, stepMs: number): Promise<ConditionEvidence> {
  const { threshold, left, right, kind, text, ...rest } = condition;
  const held = trueStretches((await ask(text)).series, stepMs);
  const leftSeries = kind === 'comparison' && left !== undefined ? (await ask(left)).series : [];
  const range = observedRange(leftSeries);
  const rightRange = right === undefined ? undefined : observedRange((await ask(right)).series);
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
    ...(!range && leftSeries.some(({ samples }) => samples.length > 0) ? { notNumbers: true as const } : {}),
    held,
    ...(unpaired ? { unpaired } : {}),
  };
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
