import { walk } from '../syntax-tree.ts';
import { callAt } from './call.ts';
import { parsePromql } from './parse.ts';

/** Functions whose result depends on the time alone. */
const ofTime = /^(time|minute|hour|day_of_week|day_of_month|day_of_year|days_in_month|month|year)$/i;

/**
 * Whether an expression reads neither series nor the clock, such as the `vector(1)` of an alert that always fires.
 *
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export function isConstant(expr: string): boolean {
  for (const node of walk(parsePromql(expr))) {
    if (node.name === 'VectorSelector') return false;
    if (ofTime.test(callAt(expr, node)?.name ?? '')) return false;
  }
  return true;
}
