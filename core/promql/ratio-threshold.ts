import { outerComparison } from './outer-comparison.ts';
import { sidesOf } from './sides-of.ts';

/**
 * The number that a rule demands a quotient of two vectors to exceed, e.g. 0.05 of `errors / attempts > 0.05`.
 *
 * @returns `undefined` for a rule of any other form: its threshold is no share of the requests.
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export function ratioThreshold(expr: string): number | undefined {
  const comparison = outerComparison(expr);
  if (!comparison?.operator.startsWith('>')) return undefined;
  return sidesOf(comparison.left)?.operator === '/' ? comparison.threshold : undefined;
}
