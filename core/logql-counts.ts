import { parseDuration } from './duration.ts';
import { type Counted, type Limit, scaleOf, type Unpaced } from './promql/counts.ts';

/** Range aggregations of LogQL whose value grows with the length of their range. */
const start = /\b(count_over_time|bytes_over_time|sum_over_time)\s*\(/g;
/** The first comparison with a number after an aggregation. */
const comparison = /(>=|<=|==|!=|>|<)\s*(?:bool\s+)?(-?[\d.]+(?:e[+-]?\d+)?)/i;
const range = /\[\s*([0-9a-z]+)\s*\]/;
/** Texts and comments hold whatever they like. */
const opaque = /"(?:[^"\\]|\\.)*"|`[^`]*`|#[^\n]*/g;

/**
 * Does for LogQL what `multiplyCounts` does for PromQL, as far as the text of a query shows it: LogQL has no grammar here.
 *
 * @param dividedBy how much shorter a window of so many milliseconds becomes.
 * @param outside the comparison that the query's value meets elsewhere, where it makes none itself.
 */
export function multiplyLogCounts(
  query: string,
  dividedBy: (windowMs: number) => number,
  outside?: Limit,
): Counted {
  const unpaced: Unpaced[] = [];
  const plain = query.replace(opaque, (text) => ' '.repeat(text.length));
  let expr = query;
  for (const match of [...plain.matchAll(start)].reverse()) {
    const from = match.index;
    const to = closing(plain, from + match[0].length);
    const [, window = ''] = range.exec(plain.slice(from, to)) ?? [];
    const ratio = dividedBy(parseDuration(window) ?? 0);
    if (ratio === 1) continue;
    const [, operator, number] = comparison.exec(plain.slice(to)) ?? [];
    const limit = operator === undefined ? outside : { operator, limit: Number(number) };
    const verdict = limit ? scaleOf(limit, ratio) : 'scaled';
    const text = query.slice(from, to);
    if (verdict === 'few') unpaced.unshift({ kind: 'few', text, needs: Math.ceil(limit?.limit ?? 0) });
    if (verdict !== 'scaled') continue;
    expr = `${expr.slice(0, from)}(${Number(ratio.toPrecision(6))} * ${text})${expr.slice(to)}`;
  }
  return { expr, unpaced };
}

/** Where the parenthesis closes that was open before `at`; the end of the text where it does not. */
function closing(text: string, at: number): number {
  let open = 1;
  for (let i = at; i < text.length; i++) {
    if (text[i] === '(') open += 1;
    else if (text[i] === ')') open -= 1;
    if (open === 0) return i + 1;
  }
  return text.length;
}
