import type { SyntaxNode } from '@lezer/common';
import { changeOf, type Limit, multiplied, type ScaledExpression, type Unpaced } from '../promql/counts.ts';
import { bindOffsets, parsePromql } from '../promql/parse.ts';
import { walk } from '../syntax-tree.ts';
import { applyEdits, type Edit } from '../text-edits.ts';
import { translateToPromql } from './translate-to-promql.ts';

/** Range aggregations whose value is proportional to the length of their range. */
const growing = new Set(['count_over_time', 'bytes_over_time', 'sum_over_time']);

/**
 * The LogQL counterpart of `multiplyCounts`.
 *
 * @param dividedBy the factor by which a window of the given milliseconds is divided.
 * @param outside comparisons of the query's value outside of the query.
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export function multiplyLogCounts(
  query: string,
  dividedBy: (windowMs: number) => number,
  outside: readonly Limit[] = [],
): ScaledExpression {
  const { expr: standing, ranges } = translateToPromql(query);
  // Without a range aggregation it is a log query, which cannot be parsed as PromQL.
  if (ranges.size === 0) return { expr: query, unpaced: [] };
  const expr = bindOffsets(standing);
  const unpaced: Unpaced[] = [];
  const edits: Edit[] = [];
  const countAt = ({ from, to, name }: SyntaxNode) => {
    const range = name === 'VectorSelector' ? ranges.get(expr.slice(from, to)) : undefined;
    return range && growing.has(range.name) ? range : undefined;
  };
  const isCount = (node: SyntaxNode) => countAt(node) !== undefined;
  for (const node of walk(parsePromql(expr))) {
    const count = countAt(node);
    if (!count) continue;
    const ratio = dividedBy(count.windowMs);
    const change = changeOf({ expr, node, isCount }, ratio, outside);
    if (change === 'scaled') edits.push(...multiplied(count, ratio));
    if (typeof change === 'object') {
      unpaced.push({ kind: 'few', text: query.slice(count.from, count.to), needs: change.needs });
    }
  }
  return { expr: applyEdits(query, edits), unpaced };
}
