import { parser } from '@grafana/lezer-logql';
import type { SyntaxNode } from '@lezer/common';
import { units } from '../duration.ts';
import { walk } from '../syntax-tree.ts';

/** A range or an offset, as an absolute length. `back` and `ahead` are the directions of an offset. */
export interface LogqlDuration {
  readonly from: number;
  readonly to: number;
  readonly ms: number;
  readonly kind: 'window' | 'back' | 'ahead';
}

/**
 * Every range and offset in a node, in their order. Durations in filters are left out: the pace does not change how
 * fast a service answers.
 */
export const durationsIn = (expr: string, node: SyntaxNode): LogqlDuration[] =>
  [...walk(node)].flatMap((inner): LogqlDuration[] => {
    const isWindow = inner.name === 'Range';
    const duration = isWindow ? inner.getChild('Duration') : inner.name === 'Offset' && durationBehind(inner);
    if (!duration) return [];
    const isAhead = expr[duration.from] === '-';
    const [from, to] = [isAhead ? duration.from + 1 : duration.from, duration.to];
    const kind = isWindow ? 'window' : isAhead ? 'ahead' : 'back';
    return [{ from, to, ms: millisecondsOf(expr.slice(from, to)), kind }];
  });

/** Keyword and duration may be in separate nodes: see `parseLogql`. */
const durationBehind = (offset: SyntaxNode) => offset.nextSibling ?? offset.parent?.nextSibling?.firstChild;

/**
 * Milliseconds of the longest range in an expression; 0 without any. It also works for an expression with syntax
 * errors, since the parser recovers and Loki may accept what the grammar does not.
 */
export const longestRange = (expr: string): number =>
  Math.max(
    0,
    ...durationsIn(expr, parser.parse(expr).topNode).map(({ ms, kind }) => (kind === 'window' ? ms : 0)),
  );

const unitMs = new Map<string, number>([...units, ['us', 1e-3], ['µs', 1e-3], ['ns', 1e-6]]);

/** Parses a duration in Loki's syntax: fractions, and units below the millisecond. */
const millisecondsOf = (text: string): number =>
  [...text.matchAll(/([\d.]+)([^\d.]+)/g)].reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (unitMs.get(unit) ?? Number.NaN),
    0,
  );
