import type { Span, Trace } from './record.ts';
import type { ProofOf } from './scenario.ts';

type Interval = readonly [from: number, to: number];

const endOf = ({ startAt, durationMs }: Span): number => startAt + durationMs;

/** The path from the root, or from the topmost span in the trace, down to a span. */
export function pathTo({ spans }: Trace, span: Span): Span[] {
  const path = [span];
  for (let up = parentOf(spans, span); up && !path.includes(up); up = parentOf(spans, up)) path.unshift(up);
  return path;
}

const parentOf = (spans: readonly Span[], { parentId }: Span): Span | undefined =>
  parentId === undefined ? undefined : spans.find(({ spanId }) => spanId === parentId);

/** The services from the root down to a span, in order. */
export const servicesTo = (trace: Trace, span: Span): string[] => servicesOf(pathTo(trace, span));

/** The services on a path. Consecutive spans of one service count once. */
export const servicesOf = (path: readonly Span[]): string[] =>
  path.map(({ service }) => service).filter((service, i, all) => service !== all[i - 1]);

/** The span where the error began: a failed span without failed children; of several, the first to end. */
export function failingSpan({ spans }: Trace): Span | undefined {
  const failed = spans.filter(({ status }) => status === 'error');
  return failed
    .filter(({ spanId }) => !failed.some(({ parentId }) => parentId === spanId))
    .toSorted((a, b) => endOf(a) - endOf(b))[0];
}

/** The span with the most time of its own. */
export const longestSpan = (trace: Trace): Span | undefined =>
  trace.spans.toSorted((a, b) => ownTimeMs(trace, b) - ownTimeMs(trace, a))[0];

/** The span's duration minus the time in which at least one of its children ran. */
export function ownTimeMs({ spans }: Trace, span: Span): number {
  const [from, to] = [span.startAt, endOf(span)];
  const children = spans
    .filter(({ parentId }) => parentId === span.spanId)
    .map((child): Interval => [Math.max(from, child.startAt), Math.min(to, endOf(child))]);
  return span.durationMs - coveredMs(children);
}

function coveredMs(intervals: readonly Interval[]): number {
  let covered = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const [from, to] of intervals.toSorted(([a], [b]) => a - b)) {
    covered += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return covered;
}

/** The culprit span of a proof. */
export const culpritOf = (trace: Trace, { culprit }: Pick<ProofOf<'trace'>, 'culprit'>): Span | undefined =>
  culprit === 'longest' ? longestSpan(trace) : failingSpan(trace);
