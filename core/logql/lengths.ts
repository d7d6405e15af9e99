import { parser } from '@grafana/lezer-logql';
import type { SyntaxNode } from '@lezer/common';
import { units } from '../duration.ts';
import { walk } from '../syntax-tree.ts';

/** A range or an offset, without its sign. */
export interface Length {
  readonly from: number;
  readonly to: number;
  readonly ms: number;
  readonly kind: 'window' | 'back' | 'ahead';
}

/**
 * Every range and offset in a node, in the order in which they stand. Durations in filters are none: a service does not
 * answer faster at a faster pace.
 */
export const lengthsIn = (expr: string, node: SyntaxNode): Length[] =>
  [...walk(node)].flatMap((inner): Length[] => {
    const isWindow = inner.name === 'Range';
    const duration = isWindow ? inner.getChild('Duration') : inner.name === 'Offset' && durationBehind(inner);
    if (!duration) return [];
    const isAhead = expr[duration.from] === '-';
    const [from, to] = [isAhead ? duration.from + 1 : duration.from, duration.to];
    const kind = isWindow ? 'window' : isAhead ? 'ahead' : 'back';
    return [{ from, to, ms: millisecondsOf(expr.slice(from, to)), kind }];
  });

/** Both may stand in nodes of their own: see `parseLogql`. */
const durationBehind = (offset: SyntaxNode) => offset.nextSibling ?? offset.parent?.nextSibling?.firstChild;

/**
 * Milliseconds of the longest range of an expression, 0 for one without any. Also of one that does not parse, since the
 * parser reads on behind an error: Loki may take it all the same.
 */
export const longestRange = (expr: string): number =>
  Math.max(
    0,
    ...lengthsIn(expr, parser.parse(expr).topNode).map(({ ms, kind }) => (kind === 'window' ? ms : 0)),
  );

const unitMs = new Map<string, number>([...units, ['us', 1e-3], ['µs', 1e-3], ['ns', 1e-6]]);

/** Of a duration as Loki takes it: with fractions, and with units below the millisecond. */
const millisecondsOf = (text: string): number =>
  [...text.matchAll(/([\d.]+)([^\d.]+)/g)].reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (unitMs.get(unit) ?? Number.NaN),
    0,
  );
