import { formatDuration } from '../duration.ts';
import { type Edit, edited } from '../edited.ts';
import { walk } from '../syntax-tree.ts';
import { parseLogql } from './parse.ts';
import { type RangeAggregation, rangeAggregationsOf } from './range-aggregations.ts';

/** An expression in PromQL, and what the metrics in it stand for. */
export interface AsPromql {
  readonly expr: string;
  readonly ranges: ReadonlyMap<string, RangeAggregation>;
}

/**
 * LogQL as PromQL: a metric of its own stands for each range aggregation. What stands around them, vector aggregations,
 * operators and functions, both languages write alike, with the same precedence.
 *
 * @param first the number of the first metric.
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export function asPromql(logql: string, first = 0): AsPromql {
  const ranges = new Map(
    rangeAggregationsOf(logql).map((range, i) => [`log_lines_${first + i}`, range] as const),
  );
  const standIns = [...ranges].map(
    ([metric, { from, to, offsetMs }]): Edit => ({ from, to, by: `${metric}${offsetText(offsetMs)}` }),
  );
  const approximations = [...walk(parseLogql(logql))]
    .filter(({ name }) => name === 'Approx_Topk')
    .map(({ from, to }): Edit => ({ from, to, by: 'topk' }));
  return { expr: edited(logql, [...standIns, ...approximations]), ranges };
}

const offsetText = (ms: number): string =>
  ms === 0 ? '' : ` offset ${ms < 0 ? '-' : ''}${formatDuration(Math.abs(ms))}`;
