import type { Suppressed } from '../../suppressed.ts';
import { clipped, oneLine, span } from '../../text.ts';
import { html, type MarkupPart } from '../markup.ts';
import { type Drawn, type Frame, lane, px, width } from './frame.ts';

/** More rows are only in the table. */
const mostRows = 12;
/** Approximate width of a character, in pixels. */
const characterPx = 6.2;

/**
 * A row for each reason why alerts were not notified, under the states of their alert.
 *
 * @param titled whether a row has the alert's name at its left, for an alert without states in the record.
 */
export const keptBackLanes = (frame: Frame, all: readonly Suppressed[], titled = false) =>
  all.slice(0, mostRows).map(
    (one) =>
      (top: number): Drawn<MarkupPart> =>
        row(frame, one, top, titled),
  );

function row(
  { x, from, to, record }: Frame,
  one: Suppressed,
  top: number,
  titled: boolean,
): Drawn<MarkupPart> {
  const { alert, labels, text, stretches } = one;
  const many = labels.length > 1 ? `${labels.length} alerts ` : '';
  const shown = clipped(oneLine(many + text), 110);
  const bars = stretches
    .filter((stretch) => stretch.to >= from && stretch.from <= to)
    .map((stretch) => ({
      ...stretch,
      x0: px(x(Math.max(from, stretch.from))),
      x1: px(x(Math.min(to, stretch.to))),
    }));
  const first = bars[0]?.x0 ?? x(record.faultWindow?.injectedAt ?? from);
  // Text that would run out of the picture ends at its right edge instead.
  const fits = first + 6 + shown.length * characterPx < width - 14;
  const drawing = html`<g>${titled && lane(top + 2, clipped(alert, 22))}
${bars.map((bar) => html`<rect class="kept-back" x="${bar.x0}" y="${top}" width="${px(Math.max(3, bar.x1 - bar.x0))}" height="18" rx="3"><title>${alert} ${many}${text}, for ${span(bar.to - bar.from)}${!bar.ended && ' or more'}</title></rect>`)}
<text class="kept-back-text" x="${fits ? first + 6 : width - 18}" y="${top + 13}" text-anchor="${fits ? 'start' : 'end'}">${shown}${bars.length === 0 && ' (when is not recorded)'}</text></g>`;
  return { height: 26, drawing };
}
