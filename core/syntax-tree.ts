import type { SyntaxNode } from '@lezer/common';
import type { LRParser } from '@lezer/lr';
import { badInput } from './errors.ts';
import { closestName, nameHint } from './similar-names.ts';

/** Children of a node, in order, without comments. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.name !== 'LineComment') children.push(child);
  }
  return children;
}

/** The part of an expression that a node spans. */
export const textOf = (expr: string, { from, to }: { readonly from: number; readonly to: number }): string =>
  expr.slice(from, to);

/** A node and everything below it, outermost and leftmost first. */
export function* walk(node: SyntaxNode): Generator<SyntaxNode> {
  // Not recursive: a generator that delegates to another hands each node through all of them.
  const left = [node];
  for (let next = left.pop(); next; next = left.pop()) {
    yield next;
    left.push(...childrenOf(next).reverse());
  }
}

/** The grammar of a query language. */
export interface Grammar {
  /** Name of the language. */
  readonly name: string;
  readonly parser: LRParser;
  /** Names of the nodes that contain the name of a function or an aggregation. */
  readonly calls: ReadonlySet<string>;
  /** Whether to ignore a syntax error, for syntax that the grammar lacks. */
  readonly tolerates?: (error: SyntaxNode) => boolean;
  /** What to do about an expression that does not parse. */
  readonly hint?: string;
}

/**
 * Parses an expression. The result is cached: the same expressions are parsed again and again, before and during a drill.
 *
 * @returns the node of the whole expression.
 * @throws FiredrillError `bad-input` with the position of the first syntax error.
 */
export function parseWhole(grammar: Grammar, expr: string): SyntaxNode {
  const key = `${grammar.name} ${expr}`;
  const known = parsed.get(key);
  if (known) return known;
  const found = parse(grammar, expr);
  if (parsed.size >= maxParsed) parsed.clear();
  parsed.set(key, found);
  return found;
}

const parsed = new Map<string, SyntaxNode>();
/** Enough for a large set of rules, as written and as used. */
const maxParsed = 10_000;

function parse(grammar: Grammar, expr: string): SyntaxNode {
  const top = grammar.parser.parse(expr).topNode;
  for (const node of walk(top)) {
    if (node.type.isError && !grammar.tolerates?.(node)) throw syntaxError(grammar, expr, node);
  }
  const [whole] = childrenOf(top);
  if (!whole) throw badInput({ where: `${grammar.name} expression`, message: 'is empty' });
  return whole;
}

function syntaxError(grammar: Grammar, expr: string, { from }: SyntaxNode) {
  const call = unknownFunction(grammar, expr, from);
  const at = call?.at ?? from;
  const lines = expr.slice(0, at).split('\n');
  const rest = expr.slice(from, from + 20).trim();
  const hint = call?.hint ?? grammar.hint;
  return badInput({
    where: `${grammar.name} expression: line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`,
    message: call?.message ?? (rest ? `does not parse at "${rest}"` : 'ends too early'),
    ...(hint ? { hint } : {}),
  });
}

/** The call of a function that does not exist, if that causes the syntax error at `from`. */
function unknownFunction(
  grammar: Grammar,
  expr: string,
  from: number,
): { at: number; message: string; hint: string } | undefined {
  // The grammars know all functions, so the error is at the name or right after it.
  const before = /[a-z_]\w*(?=\s*$)/i.exec(expr.slice(0, from));
  const name =
    before && /^(\(|(by|without)\b)/.test(expr.slice(from))
      ? before[0]
      : (/^[a-z_]\w*/i.exec(expr.slice(from))?.[0] ?? '');
  const at = before?.[0] === name ? before.index : from;
  const known = functionsOf(grammar);
  if (name === '' || known.includes(name)) return undefined;
  const rest = expr.slice(at + name.length);
  const isCall = /^\s*\(/.test(rest);
  // Before `by` only a misspelt aggregation is reported: it may be something else.
  const isAggregation = /^\s*(by|without)\b/.test(rest) && closestName(name, known) !== undefined;
  return isCall || isAggregation
    ? { at, message: `there is no function "${name}"`, hint: nameHint(name, known) }
    : undefined;
}

const functions = new Map<string, readonly string[]>();

/** The functions and aggregations of a language. The grammar names their nodes after them. */
function functionsOf({ name: language, parser, calls }: Grammar): readonly string[] {
  const known = functions.get(language);
  if (known) return known;
  const found = parser.nodeSet.types.flatMap(({ name }) => {
    const spellings = [name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase(), name.toLowerCase()];
    const isFunction = (text: string) =>
      [...walk(parser.parse(`${text}(`).topNode)].some(
        (node) => node.name === name && node.from === 0 && calls.has(node.parent?.name ?? ''),
      );
    return [...new Set(spellings)].filter(isFunction);
  });
  functions.set(language, found);
  return found;
}
