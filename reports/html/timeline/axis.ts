import { span } from '../../text.ts';
import { html, type Markup, type MarkupPart } from '../markup.ts';
import { axisText, type Frame, px, timeTicks, width } from './frame.ts';

/** The time of the fault, behind the whole picture. @param bottom its lower end. */
export function faultBand({ record, x, to }: Frame, bottom: number): MarkupPart {
  const { faultWindow, scenario } = record;
  if (!faultWindow) return undefined;
  const { injectedAt, revertedAt } = faultWindow;
  const [x0, x1] = [px(x(injectedAt)), px(x(revertedAt ?? to))];
  const lasted = revertedAt === undefined ? 'not reverted' : span(revertedAt - injectedAt);
  const text = `fault: ${scenario.fault.kind}, ${lasted}`;
  const inside = x1 - x0 > text.length * 6.8 + 12;
  return html`<g><title>${text}</title><rect class="fault-window" x="${x0}" y="36" width="${px(x1 - x0)}" height="${bottom - 36}"/><rect class="fault-band" x="${x0}" y="18" width="${px(x1 - x0)}" height="20" rx="3"/><text class="${inside ? 'on-bar' : 'fault-text'}" x="${inside ? (x0 + x1) / 2 : x1 + 6}" y="32" text-anchor="${inside ? 'middle' : 'start'}">${text}</text></g>`;
}

/** Times below the picture. */
export function axis({ x, zero, from, to }: Frame, y: number): Markup {
  const relativeScale = x.copy().domain([from - zero, to - zero]);
  const whole = to - from;
  const ticks = timeTicks(from - zero, to - zero);
  return html`<g class="axis"><line x1="${x(from)}" x2="${width - 14}" y1="${y}" y2="${y}"/>${ticks.map(
    (t) => {
      const at = px(relativeScale(t));
      return html`<line x1="${at}" x2="${at}" y1="${y}" y2="${y + 5}"/><text x="${at}" y="${y + 19}" text-anchor="middle">${axisText(t, whole)}</text>`;
    },
  )}</g>`;
}
