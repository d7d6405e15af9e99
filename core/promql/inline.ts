import { formatDuration } from '../duration.ts';
import { walk } from '../syntax-tree.ts';
import { parsePromql } from './parse.ts';
import { selectorOf, type VectorSelector } from './selectors-of.ts';

/** What a selector stands for. */
export interface Recorded {
  readonly expr: string;
  /** How often it is recorded. */
  readonly everyMs: number;
}

/**
 * Writes for each selector of a recorded metric the expression that is recorded; for a range of it, a subquery whose
 * step is the interval of the recording.
 *
 * @param recorded what a selector stands for; `undefined` for one that stands for itself.
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export function inlineRecorded(
  expr: string,
  recorded: (selector: VectorSelector) => Recorded | undefined,
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
    inlined += `${expr.slice(end, node.from)}(${found.expr})${step}`;
    end = range?.to ?? node.to;
  }
  return inlined + expr.slice(end);
}
