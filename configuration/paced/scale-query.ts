import { formatDuration } from '../../core/duration.ts';
import { durationsIn } from '../../core/logql/lengths.ts';
import { parseLogql } from '../../core/logql/parse.ts';
import { lengthLiterals, literalMs } from '../../core/promql/durations.ts';
import { parsePromql } from '../../core/promql/parse.ts';
import { childrenOf, walk } from '../../core/syntax-tree.ts';
import { applyEdits } from '../../core/text-edits.ts';
import type { Language } from './query-language.ts';

/**
 * Grafana's tick in milliseconds: no rule is evaluated more often, so no window may be shorter, or a rule would not see
 * what happened between two evaluations.
 */
export const tickMs = 10_000;

/** A stretch of a query that is a duration. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly ms: number;
  /** What the query looks back on, as against an offset or a step. */
  readonly isWindow: boolean;
}

/** A window at this pace: divided, but not below the tick, nor longer than it was written. */
export const scaleWindow = (ms: number, factor: number): number =>
  Math.min(ms, Math.max(tickMs, Math.round(ms / factor)));

/**
 * Divides the durations of a PromQL or LogQL query by `factor`; windows stay at least Grafana's tick. Everything else,
 * thresholds among it, stays byte for byte.
 *
 * @throws FiredrillError `bad-input`, with the position, for a query that does not parse.
 */
export function scaleQuery(query: string, factor: number, language: Language): string {
  const stretches = language === 'logql' ? logqlStretches(query) : promqlStretches(query);
  const edits = stretches.flatMap(({ from, to, ms, isWindow }) => {
    const target = isWindow ? scaleWindow(ms, factor) : Math.round(ms / factor);
    // Text that already says the right length is left as its author wrote it.
    return target === ms ? [] : [{ from, to, replacement: formatDuration(target) }];
  });
  return applyEdits(query, edits);
}

function promqlStretches(query: string): Stretch[] {
  return [...walk(parsePromql(query))].flatMap((node) => {
    if (node.name !== 'DurationExpr' && node.name !== 'OffsetDurationExpr') return [];
    const [first] = node.parent ? childrenOf(node.parent).filter(({ name }) => name === 'DurationExpr') : [];
    // Of a subquery's two the first is its range, the second its step.
    const isWindow = node.name === 'DurationExpr' && first?.from === node.from;
    return lengthLiterals(query, node).map((literal) => ({
      from: literal.from,
      to: literal.to,
      ms: literalMs(query, literal),
      isWindow,
    }));
  });
}

const logqlStretches = (query: string): Stretch[] =>
  durationsIn(query, parseLogql(query)).map(({ kind, ...length }) => ({
    ...length,
    isWindow: kind === 'window',
  }));
