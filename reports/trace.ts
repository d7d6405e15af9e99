import type { Span, Trace } from '../core/record.ts';

/** A span and its depth in the trace. */
export interface SpanRow {
  readonly span: Span;
  readonly depth: number;
}

/** The spans as a tree from top to bottom, by start time; a span whose parent is missing is at the top. */
export function rowsOf({ spans }: Trace): SpanRow[] {
  const ids = new Set(spans.map((span) => span.spanId));
  const below = (parent: string | undefined) =>
    spans
      .filter(
        ({ parentId }) => (parentId !== undefined && ids.has(parentId) ? parentId : undefined) === parent,
      )
      .sort((a, b) => a.startAt - b.startAt);
  const seen = new Set<Span>();
  const rows = (parent: string | undefined, depth: number): SpanRow[] =>
    below(parent).flatMap((span) => {
      if (seen.has(span)) return [];
      seen.add(span);
      return [{ span, depth }, ...rows(span.spanId, depth + 1)];
    });
  return rows(undefined, 0);
}

const first = (span: Span, names: readonly string[]) =>
  names.map((name) => span.attributes[name]).find((value) => value !== undefined && value !== '');

/** The error of a span: the exception's message, or else the status message. */
export const errorOf = (span: Span): string | undefined =>
  first(span, ['exception.message']) ?? (span.statusMessage || undefined);

/** The SQL of a database span, by the current and the former name of the attribute. */
export const statementOf = (span: Span): string | undefined => first(span, ['db.query.text', 'db.statement']);
