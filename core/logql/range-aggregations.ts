import type { SyntaxNode } from '@lezer/common';
import { walk } from '../syntax-tree.ts';
import { durationsIn, type LogqlDuration } from './lengths.ts';
import { type LogQuery, logQueryIn } from './log-query.ts';
import { parseLogql } from './parse.ts';

/** A range aggregation, e.g. `rate({app="shop"} |= "failed" [1m])`. */
export interface RangeAggregation {
  /** Its range in the expression. */
  readonly from: number;
  readonly to: number;
  /** `rate`, `count_over_time`, … */
  readonly name: string;
  readonly logs: LogQuery;
  readonly windowMs: number;
  /** How far in the past the window ends, in milliseconds; negative for an offset into the future. */
  readonly offsetMs: number;
  /** Whether it aggregates the values of a label (`unwrap`) instead of lines. */
  readonly isUnwrapped: boolean;
}

/**
 * Every range aggregation of an expression, in their order; none in a log query.
 *
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export const rangeAggregationsOf = (expr: string): RangeAggregation[] =>
  [...walk(parseLogql(expr))].flatMap((node) => aggregationAt(expr, node) ?? []);

function aggregationAt(expr: string, node: SyntaxNode): RangeAggregation | undefined {
  const operator = node.name === 'RangeAggregationExpr' ? node.getChild('RangeOp') : undefined;
  const logs = logQueryIn(expr, node);
  if (!operator || !logs) return undefined;
  const lengths = durationsIn(expr, node);
  const lengthOf = (kind: LogqlDuration['kind']) => lengths.find((length) => length.kind === kind)?.ms ?? 0;
  return {
    from: node.from,
    to: node.to,
    name: expr.slice(operator.from, operator.to),
    logs,
    windowMs: lengthOf('window'),
    offsetMs: lengthOf('back') - lengthOf('ahead'),
    isUnwrapped: [...walk(node)].some(({ name }) => name === 'UnwrapExpr'),
  };
}
