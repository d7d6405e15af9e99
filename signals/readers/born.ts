import { childrenOf, parsePromql, walk } from '../../core/promql/parse.ts';
import type { BornSeries } from '../../core/record.ts';
import type { EvidenceRequest } from './alert-evidence.ts';
import type { PrometheusReader } from './prometheus.ts';
import { type Series, without } from './series.ts';

/** Functions of a counter that compare its samples: what it had counted at the first one they do not see. */
const rises = new Set(['rate', 'irate', 'increase']);
const most = 10;

/** The selectors of the counters whose rise an expression reads. */
export function countersOf(expr: string): string[] {
  const textOf = ({ from, to }: { from: number; to: number }) => expr.slice(from, to);
  const found = [...walk(parsePromql(expr))]
    .filter(({ name }) => name === 'FunctionCall')
    .filter((call) =>
      childrenOf(call).some((part) => part.name === 'FunctionIdentifier' && rises.has(textOf(part))),
    )
    .flatMap((call) => [...walk(call)].filter(({ name }) => name === 'VectorSelector').map(textOf));
  return [...new Set(found)];
}

/**
 * The counters of an expression that began with the fault, where no series of their selector existed before and what
 * they had counted at their first sample is at least what they rose by afterwards: most of the fault is in no increase.
 *
 * @throws FiredrillError `bad-input` for an expression that does not parse, `broken` when Prometheus does not answer.
 */
export async function bornWithFault(
  prometheus: Pick<PrometheusReader, 'rawSamples'>,
  expr: string,
  { injectedAt, fromMs, toMs }: Pick<EvidenceRequest, 'injectedAt' | 'fromMs' | 'toMs'>,
): Promise<BornSeries[]> {
  const found: BornSeries[] = [];
  for (const selector of countersOf(expr)) {
    const series = await prometheus.rawSamples(selector, fromMs, toMs);
    const born = series.flatMap((one) => bornOf(selector, one));
    const sum = (of: (one: BornSeries) => number) => born.reduce((total, one) => total + of(one), 0);
    const existed = series.some(({ samples }) => (samples[0]?.[0] ?? Infinity) < injectedAt);
    const unseen = sum(({ firstValue }) => firstValue);
    if (!existed && unseen > 0 && unseen >= sum(({ rise }) => rise)) found.push(...born);
  }
  return found.slice(0, most);
}

function bornOf(selector: string, { labels, samples }: Series): BornSeries[] {
  const [first] = samples;
  const last = samples.at(-1);
  if (!first || !last) return [];
  const [firstAt, firstValue] = first;
  return [
    {
      selector,
      labels: without(labels, '__name__'),
      firstAt,
      firstValue,
      rise: Math.max(0, last[1] - firstValue),
    },
  ];
}
