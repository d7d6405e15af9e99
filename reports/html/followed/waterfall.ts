import type { Span, Trace } from '../../../core/record.ts';
import { clipped, count, span as length, oneLine } from '../../text.ts';
import { rowsOf, type SpanRow } from '../../trace.ts';
import { html, type Markup } from '../markup.ts';

const rowHeight = 34;
const maxRows = 24;
const colours = 6;

/**
 * A trace as bars on one axis, with a row for each span below its parent. Positions are percentages of the width, so
 * that text keeps its size in narrow columns.
 */
export function waterfall(trace: Trace, culprit: Span | undefined): Markup {
  const all = rowsOf(trace);
  const rows = worthShowing(all, trace, culprit);
  const from = Math.min(...all.map(({ span }) => span.startAt));
  const to = Math.max(from + 0.001, ...all.map(({ span }) => span.startAt + span.durationMs));
  const services = [...new Set(all.map(({ span }) => span.service))];
  const colour = (service: string) => `svc-${services.indexOf(service) % colours}`;
  const share = (ms: number) => `${Math.round((ms / (to - from)) * 1000) / 10}%`;
  const height = rows.length * rowHeight + 22;
  const label = `${count(all.length, 'span')} in ${length(to - from)}${culprit ? `; at fault: ${culprit.service} ${culprit.name}` : ''}`;
  return html`<svg class="waterfall" width="100%" height="${height}" role="img" aria-label="${label}">
${[25, 50, 75].map((x) => html`<line class="grid" x1="${x}%" x2="${x}%" y1="0" y2="${height - 20}"/>`)}
${rows.map((row, i) => bar(row, i * rowHeight, { from, share, colour: colour(row.span.service), culprit: row.span === culprit }))}
<g class="axis"><text x="0" y="${height - 4}">0</text><text x="50%" y="${height - 4}" text-anchor="middle">${length((to - from) / 2)}</text><text x="100%" y="${height - 4}" text-anchor="end">${length(to - from)}</text></g></svg>
<p class="legend">${services.map((name) => html`<span><span class="swatch ${colour(name)}" aria-hidden="true"></span>${name}</span> `)}${rows.length < all.length && html`<span class="muted">${count(all.length - rows.length, 'span')} not shown</span>`}</p>`;
}

/** Limits a long trace to the path to the culprit span, failed spans, and then the longest ones. */
function worthShowing(
  rows: readonly SpanRow[],
  { spans }: Trace,
  culprit: Span | undefined,
): readonly SpanRow[] {
  if (rows.length <= maxRows) return rows;
  const path = new Set<Span>();
  for (let at = culprit; at && !path.has(at); ) {
    path.add(at);
    const parent: string | undefined = at.parentId;
    at = spans.find(({ spanId }) => spanId === parent);
  }
  const weight = ({ span }: SpanRow) =>
    path.has(span) ? Number.POSITIVE_INFINITY : span.status === 'error' ? 1e12 : span.durationMs;
  const kept = new Set(rows.toSorted((a, b) => weight(b) - weight(a)).slice(0, maxRows));
  return rows.filter((row) => kept.has(row));
}

interface BarContext {
  readonly from: number;
  readonly share: (ms: number) => string;
  readonly colour: string;
  readonly culprit: boolean;
}

function bar({ span, depth }: SpanRow, y: number, { from, share, colour, culprit }: BarContext): Markup {
  const { name, service, durationMs, status } = span;
  const indent = Math.min(depth, 8) * 9;
  const sign = culprit ? '✗ ' : status === 'error' ? '! ' : '';
  const text = `${sign}${clipped(oneLine(name), 36 - Math.ceil(indent / 6))}`;
  const kind = [culprit ? 'culprit' : '', status === 'error' ? 'error' : ''].join(' ').trim();
  return html`<g class="span ${kind}"><title>${service}: ${oneLine(name)}, ${length(durationMs)}${status === 'error' && ', error'}</title>
<text x="${indent}" y="${y + 13}">${text}</text><text class="took" x="100%" y="${y + 13}" text-anchor="end">${length(durationMs)}</text>
<rect class="${colour}" x="${share(span.startAt - from)}" y="${y + 18}" width="${share(durationMs)}" height="${culprit ? 11 : 9}" rx="2"/></g>`;
}
