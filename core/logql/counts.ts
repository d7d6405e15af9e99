import type { SyntaxNode } from '@lezer/common';
import { type Edit, edited } from '../edited.ts';
import { type Counted, changeOf, type Limit, multiplied, type Unpaced } from '../promql/counts.ts';
import { bindOffsets, parsePromql } from '../promql/parse.ts';
import { walk } from '../syntax-tree.ts';
import { asPromql } from './as-promql.ts';

/** Range aggregations whose value grows with the length of their range. */
const growing = new Set(['count_over_time', 'bytes_over_time', 'sum_over_time']);

/**
 * Does for LogQL what `multiplyCounts` does for PromQL.
 *
 * @param dividedBy how much shorter a window of so many milliseconds becomes.
 * @param outside what the query's value is compared with elsewhere, where it makes no comparison itself.
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export function multiplyLogCounts(
  query: string,
  dividedBy: (windowMs: number) => number,
  outside: readonly Limit[] = [],
): Counted {
  const { expr: standing, ranges } = asPromql(query);
  // A log query is no PromQL.
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
  return { expr: edited(query, edits), unpaced };
}
