import { formatDuration } from '../duration.ts';
import { walk } from '../syntax-tree.ts';
import { applyEdits, type Edit } from '../text-edits.ts';
import { parseLogql } from './parse.ts';
import { type RangeAggregation, rangeAggregationsOf } from './range-aggregations.ts';

/** A PromQL expression and the range aggregations that its metrics replace. */
export interface PromqlTranslation {
  readonly expr: string;
  readonly ranges: ReadonlyMap<string, RangeAggregation>;
}

/**
 * Translates LogQL to PromQL by replacing each range aggregation with a placeholder metric. Both languages share the
 * rest of the syntax (vector aggregations, operators, functions) and its precedence.
 *
 * @param first number of the first placeholder metric.
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export function translateToPromql(logql: string, first = 0): PromqlTranslation {
  const ranges = new Map(
    rangeAggregationsOf(logql).map((range, i) => [`log_lines_${first + i}`, range] as const),
  );
  const standIns = [...ranges].map(
    ([metric, { from, to, offsetMs }]): Edit => ({
      from,
      to,
      replacement: `${metric}${offsetText(offsetMs)}`,
    }),
  );
  const approximations = [...walk(parseLogql(logql))]
    .filter(({ name }) => name === 'Approx_Topk')
    .map(({ from, to }): Edit => ({ from, to, replacement: 'topk' }));
  return { expr: applyEdits(logql, [...standIns, ...approximations]), ranges };
}

const offsetText = (ms: number): string =>
  ms === 0 ? '' : ` offset ${ms < 0 ? '-' : ''}${formatDuration(Math.abs(ms))}`;
