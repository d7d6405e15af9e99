import { conditionsOf, type ExpressionCondition } from './conditions.ts';

/**
 * Returns the operand of an `or` that is compared with nothing, while another operand is: `a or vector(0) > 1` means
 * `a or (vector(0) > 1)`, because comparisons bind more tightly than `or`. The expression is true whenever this operand has
 * a value. The operand is in one line; if there is none, the result is `undefined`.
 *
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export function uncomparedOperand(expr: string): string | undefined {
  const all = conditionsOf(expr);
  const alternatives = all.filter(({ kind, parent }) => kind !== 'or' && isAlternative(all, parent));
  if (!alternatives.some(({ kind }) => kind === 'comparison')) return undefined;
  const found = alternatives.find(
    (one) => one.kind === 'vector' && !all.some(({ parent }) => all[parent ?? -1] === one),
  );
  return found?.text.replace(/\s+/g, ' ');
}

/** Whether a condition with this parent makes the whole expression true by itself. */
function isAlternative(all: readonly ExpressionCondition[], parent: number | undefined): boolean {
  const or = parent === undefined ? undefined : all[parent];
  return or?.kind === 'or' && (or.parent === undefined || isAlternative(all, or.parent));
}
