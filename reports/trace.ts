import type { Span, Trace } from '../core/record.ts';
import type { ProofOf } from '../core/scenario.ts';

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

/** Milliseconds of a span in which none of its children ran. */
export function ownMs(trace: Trace, span: Span): number {
  const end = endOf(span);
  const children = trace.spans
    .filter(({ parentId }) => parentId === span.spanId)
    .sort((a, b) => a.startAt - b.startAt);
  let covered = 0;
  let until = span.startAt;
  for (const child of children) {
    const to = Math.min(end, endOf(child));
    covered += Math.max(0, to - Math.max(until, child.startAt));
    until = Math.max(until, to);
  }
  return span.durationMs - covered;
}

/** The span at fault, as the proof means it: where the failure began, or where the time went. */
export function culpritOf(trace: Trace, { culprit }: Pick<ProofOf<'trace'>, 'culprit'>): Span | undefined {
  if (culprit === 'longest') {
    return trace.spans.toSorted((a, b) => ownMs(trace, b) - ownMs(trace, a))[0];
  }
  const failed = trace.spans.filter(({ status }) => status === 'error');
  // A caller fails because of what it called: the failure began where nothing below failed.
  return failed
    .filter(({ spanId }) => !failed.some(({ parentId }) => parentId === spanId))
    .toSorted((a, b) => endOf(a) - endOf(b))[0];
}

const endOf = ({ startAt, durationMs }: Span): number => startAt + durationMs;

/** The services on the way from the root to a span, each once in a row. */
export function servicesTo({ spans }: Trace, span: Span): string[] {
  const names: string[] = [];
  const seen = new Set<Span>();
  for (let at: Span | undefined = span; at && !seen.has(at); ) {
    seen.add(at);
    if (names[0] !== at.service) names.unshift(at.service);
    const parent: string | undefined = at.parentId;
    at = parent === undefined ? undefined : spans.find(({ spanId }) => spanId === parent);
  }
  return names;
}

const first = (span: Span, names: readonly string[]) =>
  names.map((name) => span.attributes[name]).find((value) => value !== undefined && value !== '');

/** What a span says of its failure: the exception's message, else that of its status. */
export const errorOf = (span: Span): string | undefined =>
  first(span, ['exception.message']) ?? (span.statusMessage || undefined);

/** The SQL of a span of a database; by the old name of the attribute and the present one. */
export const statementOf = (span: Span): string | undefined => first(span, ['db.query.text', 'db.statement']);
