import { formatDuration } from '../duration.ts';
import { walk } from '../syntax-tree.ts';
import { parsePromql } from './parse.ts';
import { selectorOf, type VectorSelector } from './selectors-of.ts';

/** The expression that a recording rule records. */
export interface RecordedExpression {
  readonly expr: string;
  /** Evaluation interval of the recording rule. */
  readonly everyMs: number;
}

const endsWithGrouping = /\bgroup_(?:left|right)\s*$/i;

/**
 * Replaces each selector of a recorded metric by the recorded expression. A range of it becomes a subquery with the
 * recording interval as its step.
 *
 * @param recorded the recorded expression of a selector; `undefined` if it is not recorded.
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export function inlineRecorded(
  expr: string,
  recorded: (selector: VectorSelector) => RecordedExpression | undefined,
): string {
  let inlined = '';
  let end = 0;
  for (const node of walk(parsePromql(expr))) {
    if (node.name !== 'VectorSelector' || node.from < end) continue;
    const found = recorded(selectorOf(expr, node));
    if (!found) continue;
    const range = node.parent?.name === 'MatrixSelector' ? node.parent : undefined;
    const window = range?.getChild('DurationExpr');
    const step = window
      ? `[${expr.slice(window.from, window.to)}:${formatDuration(Math.max(1, found.everyMs))}]`
      : '';
    const before = expr.slice(end, node.from);
    // Otherwise the parenthesis would begin the labels of `group_left`.
    const noLabels = endsWithGrouping.test(before) ? '() ' : '';
    inlined += `${before}${noLabels}(${found.expr})${step}`;
    end = range?.to ?? node.to;
  }
  return inlined + expr.slice(end);
}
