import type { SyntaxNode } from '@lezer/common';
import { childrenOf, textOf } from '../syntax-tree.ts';
import { absenceFunctions, callAt } from './call.ts';
import { operationAt, setOperators } from './operation.ts';
import { type Compared, type ComparisonOperator, comparedAt } from './outer-comparison.ts';
import { bindOffsets, parsePromql } from './parse.ts';
import { unwrapped } from './unwrapped.ts';

/**
 * One condition of an expression: a comparison, a vector without one, or a set operation on other conditions.
 * Conditions are listed outermost first; `parent` is the index of the condition that contains it.
 */
export interface ExpressionCondition {
  /** `arithmetic`: an operation on vectors that has a result only where each of its conditions has one. */
  readonly kind: 'and' | 'or' | 'unless' | 'arithmetic' | 'comparison' | 'absence' | 'vector';
  /** PromQL that has a result while the condition holds. */
  readonly text: string;
  readonly parent?: number;
  /** The left side of a comparison, or the vector that must be absent. */
  readonly left?: string;
  readonly operator?: ComparisonOperator;
  /** The number that the left side is compared with. */
  readonly threshold?: number;
  /** The vector that the left side is compared with, if it is not a number. */
  readonly right?: string;
  /** Of a comparison with a vector: expressions for the values of its left and its right side, for the series that match. */
  readonly paired?: readonly [left: string, right: string];
  /** The comparison has the modifier `bool`: it gives 0 or 1 and drops nothing. */
  readonly bool?: true;
}

/** Nodes that have a result only where their operand has one. */
const wrappers = new Set(['ParenExpr', 'AggregateExpr', 'FunctionCall', 'SubqueryExpr', 'UnaryExpr']);
/** Functions that always have a result, whatever their argument. */
const alwaysPresent = new Set([...absenceFunctions, 'scalar', 'vector', 'time', 'pi']);

/**
 * The conditions of an expression. The search descends into parentheses and into operands of aggregations and
 * arithmetic, which have no value while their conditions do not hold.
 *
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export function conditionsOf(written: string): ExpressionCondition[] {
  const expr = bindOffsets(written);
  const found: ExpressionCondition[] = [];
  add(expr, parsePromql(expr), undefined, found);
  return found;
}

/** @param asTruth the 1 and 0 of a `bool` comparison decide; otherwise 0 is a result as well. */
function add(
  expr: string,
  outer: SyntaxNode,
  parent: number | undefined,
  found: ExpressionCondition[],
  asTruth = false,
): void {
  const of = parent === undefined ? {} : { parent };
  const node = unwrapped(outer);
  const text = textOf(expr, node);
  const operation = operationAt(node);
  const kind = operation && setOperators[operation.operator.name];
  if (kind) {
    const own = found.push({ kind, text, ...of }) - 1;
    add(expr, operation.left, own, found);
    add(expr, operation.right, own, found);
    return;
  }
  const absent = absentArgument(expr, node);
  if (absent) {
    found.push({ kind: 'absence', text, left: textOf(expr, absent), ...of });
    return;
  }
  const compared = comparedAt(expr, node);
  if (!compared) {
    addInner(expr, node, found.push({ kind: 'vector', text, ...of }) - 1, found);
    return;
  }
  if (addBooleans(expr, compared, parent, found)) return;
  const { left, operator: sign, threshold, right, bool } = compared;
  const own =
    found.push({
      kind: 'comparison',
      text: bool && asTruth ? `(${text}) == 1` : text,
      ...of,
      left: textOf(expr, left),
      operator: sign,
      ...(threshold === undefined ? {} : { threshold }),
      ...(right ? { right: textOf(expr, right), paired: pairedAt(expr, node, left, right) } : {}),
      ...(bool ? { bool } : {}),
    }) - 1;
  addInner(expr, left, own, found);
}

/** Arithmetic pairs the series of both sides as the comparison does, and drops none by its value. */
function pairedAt(expr: string, node: SyntaxNode, left: SyntaxNode, right: SyntaxNode): [string, string] {
  const clause = node.getChild('MatchingModifierClause');
  const matching = clause ? ` ${textOf(expr, clause)}` : '';
  const [a, b] = [left, right].map((side) => `(${textOf(expr, side)})`);
  return [`${a} +${matching} 0 * ${b}`, `0 * ${a} +${matching} ${b}`];
}

/** The conditions inside of a vector, without which it has no value. */
function addInner(expr: string, node: SyntaxNode, parent: number, found: ExpressionCondition[]): void {
  const inner = innermost(expr, node);
  const operation = inner && operationAt(inner);
  if (!operation) return;
  const compared = comparedAt(expr, inner);
  if (operation.operator.name in setOperators || (compared && !compared.bool)) {
    add(expr, inner, parent, found);
    return;
  }
  const own = found.push({ kind: 'arithmetic', text: textOf(expr, inner), parent }) - 1;
  for (const side of [operation.left, operation.right]) addInner(expr, side, own, found);
  if (found.length === own + 1) found.pop();
}

/** The expression inside of wrappers. */
function innermost(expr: string, node: SyntaxNode): SyntaxNode | undefined {
  if (!wrappers.has(node.name)) return node;
  if (alwaysPresent.has(callAt(expr, node)?.name ?? '')) return undefined;
  const body = node.getChild('FunctionCallBody') ?? node;
  const vector = childrenOf(body).find((part) => part.name.endsWith('Expr') || part.name === 'FunctionCall');
  return vector && innermost(expr, vector);
}

function absentArgument(expr: string, node: SyntaxNode): SyntaxNode | undefined {
  const { name = '', args: [argument] = [] } = callAt(expr, node) ?? {};
  return absenceFunctions.has(name) ? argument : undefined;
}

/**
 * Handles a comparison with the result of `bool`, such as `(a > bool 1) * (b > bool 2) == 1`: it is equivalent to the
 * comparisons inside. Factors are joined like `and`, summands like `or`.
 *
 * @returns whether the comparison was one.
 */
function addBooleans(
  expr: string,
  { left, operator, threshold }: Compared,
  parent: number | undefined,
  found: ExpressionCondition[],
): boolean {
  const isTruth =
    (threshold === 1 && (operator === '==' || operator === '>=')) ||
    (threshold === 0 && (operator === '>' || operator === '!='));
  if (!isTruth) return false;
  const inner = unwrapped(left);
  if (comparedAt(expr, inner)?.bool) {
    add(expr, inner, parent, found, true);
    return true;
  }
  const operation = operationAt(inner);
  if (!operation) return false;
  const sides = [operation.left, operation.right].map(unwrapped);
  if (!sides.every((side) => comparedAt(expr, side)?.bool)) return false;
  const sum = operation.operator.name === 'Add' && operator !== '==';
  if (!sum && operation.operator.name !== 'Mul') return false;
  const of = parent === undefined ? {} : { parent };
  const own = found.push({ kind: sum ? 'or' : 'and', text: `${textOf(expr, inner)} > 0`, ...of }) - 1;
  for (const side of sides) add(expr, side, own, found, true);
  return true;
}
