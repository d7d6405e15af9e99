import { parseDuration } from './duration.ts';

/*
 * As much of LogQL as its text shows without a grammar: the log queries inside its range aggregations, and their ranges.
 * https://grafana.com/docs/loki/latest/query/metric_queries/
 */

/** A range aggregation, e.g. `rate({app="shop"} |= "failed" [1m])`. */
export interface RangeAggregation {
  /** `rate`, `count_over_time`, … */
  readonly name: string;
  /** The selector and what stands behind it. */
  readonly logs: string;
  readonly selector: string;
  readonly windowMs: number;
}

/** Strings may contain whatever ends a part: they are stepped over. */
const strings = /"(?:[^"\\]|\\.)*"|`[^`]*`/;
const inside = (others: string) => `(?:${strings.source}|${others})*`;
const aggregation = new RegExp(
  `(\\w+)\\s*\\(\\s*((\\{${inside('[^"`}]')}\\})${inside('[^"`\\[]')})\\[(\\w+)\\]`,
  'g',
);

export const aggregationsOf = (logql: string): RangeAggregation[] =>
  [...logql.matchAll(aggregation)].map(([, name = '', logs = '', selector = '', window = '']) => ({
    name,
    logs: logs.trim(),
    selector,
    windowMs: parseDuration(window) ?? 0,
  }));

/** Writes something else for each range aggregation, up to its range: its closing parenthesis stays. */
export const replaceAggregations = (logql: string, by: (found: RangeAggregation) => string): string =>
  logql.replace(aggregation, (text) => aggregationsOf(text).map(by).join(''));
