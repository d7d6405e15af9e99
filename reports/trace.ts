import type { Span, Trace } from '../core/record.ts';

/** A span at its place in the tree of its trace. */
export interface Row {
  readonly span: Span;
  readonly depth: number;
}

/** The spans as a tree read from top to bottom, by start; a span whose parent is not there stands at the top. */
export function rowsOf({ spans }: Trace): Row[] {
  const ids = new Set(spans.map((span) => span.spanId));
  const below = (parent: string | undefined) =>
    spans
      .filter(
        ({ parentId }) => (parentId !== undefined && ids.has(parentId) ? parentId : undefined) === parent,
      )
      .sort((a, b) => a.startAt - b.startAt);
  const seen = new Set<Span>();
  const rows = (parent: string | undefined, depth: number): Row[] =>
    below(parent).flatMap((span) => {
      if (seen.has(span)) return [];
      seen.add(span);
      return [{ span, depth }, ...rows(span.spanId, depth + 1)];
    });
  return rows(undefined, 0);
}

const first = (span: Span, names: readonly string[]) =>
  names.map((name) => span.attributes[name]).find((value) => value !== undefined && value !== '');

/** What a span says of its failure: the exception's message, else that of its status. */
export const errorOf = (span: Span): string | undefined =>
  first(span, ['exception.message']) ?? (span.statusMessage || undefined);

/** The SQL of a span of a database; by the old name of the attribute and the present one. */
export const statementOf = (span: Span): string | undefined => first(span, ['db.query.text', 'db.statement']);
