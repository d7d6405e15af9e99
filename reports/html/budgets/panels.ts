import { type ScaleLinear, type ScaleSymLog, scaleLinear, scaleSymlog } from 'd3-scale';
import { line } from 'd3-shape';
import type { Budget } from '../../../core/record.ts';
import { type BudgetCondition, percent } from '../../budgets.ts';
import { html, type MarkupPart } from '../markup.ts';
import { type Drawn, type Frame, lane, px, width } from '../timeline/frame.ts';

type Points = Budget['windows'][number]['points'];
type Scale = ScaleLinear<number, number> | ScaleSymLog<number, number>;

const height = 84;
const gap = 24;
/** Least distance of two ticks, in pixels. */
const tickPx = 13;
/** Classes of the curves, the first window's first. */
const colours = ['budget-1', 'budget-2', 'budget-3'] as const;

const colourOf = (i: number): string => colours[i % colours.length] ?? colours[0];

/** The points that are shown, the first and the last at the edges of the picture. */
function shown(points: Points, { from, to }: Frame): Points {
  const before = points.findLast(([at]) => at < from);
  const within = points.filter(([at]) => at >= from && at <= to);
  const after = points.find(([at]) => at > to);
  return [
    ...(before ? [[from, before[1]] as Points[number]] : []),
    ...within,
    ...(after ? [[to, (within.at(-1) ?? before ?? after)[1]] as Points[number]] : []),
  ];
}

const curve = (points: Points, frame: Frame, y: Scale, colour: string): MarkupPart =>
  html`<path class="budget ${colour}" d="${
    line<Points[number]>(
      ([at]) => px(frame.x(at)),
      ([, value]) => px(y(value)),
    )(shown(points, frame)) ?? ''
  }"/>`;

const grid = (y: Scale, values: readonly number[], { x, from }: Frame): MarkupPart =>
  values.map(
    (value) =>
      html`<line class="grid" x1="${x(from)}" x2="${width - 14}" y1="${px(y(value))}" y2="${px(y(value))}"/><text class="tick" x="${x(from) - 6}" y="${px(y(value)) + 4}" text-anchor="end">${percent(value)}</text>`,
  );

/** Zero and powers of ten that are far enough from each other and from the threshold. */
function ticksOf(y: Scale, threshold: number, max: number): number[] {
  const powers = [0.0001, 0.001, 0.01, 0.1, 1].filter((value) => value <= max);
  const kept: number[] = [];
  for (const value of [0, ...powers]) {
    const near = [...kept, ...(value === 0 ? [] : [threshold])].some(
      (other) => Math.abs(y(other) - y(value)) < tickPx,
    );
    if (!near) kept.push(value);
  }
  return kept;
}

/** The ratio over each window of a condition, and the threshold. */
export function conditionPanel(
  frame: Frame,
  { threshold, burnRate, windows }: BudgetCondition,
  top: number,
): Drawn<MarkupPart> {
  const max = Math.max(
    threshold * 1.4,
    ...windows.flatMap(({ points }) => points.map(([, value]) => value * 1.05)),
  );
  const y = scaleSymlog([0, max], [top + height, top]).constant(threshold);
  const title = burnRate === undefined ? 'error ratio' : `burn rate ${Number(burnRate.toPrecision(4))}`;
  const at = px(y(threshold));
  const drawing = html`<g>${lane(top, title)}
${windows.map(({ window }, i) => html`<line class="budget ${colourOf(i)}" x1="0" x2="16" y1="${top + 25 + 15 * i}" y2="${top + 25 + 15 * i}"/><text class="lane-more" x="22" y="${top + 29 + 15 * i}">over ${window}</text>`)}
${grid(y, ticksOf(y, threshold, max), frame)}
<line class="threshold" x1="${frame.x(frame.from)}" x2="${width - 14}" y1="${at}" y2="${at}"/><text class="threshold-text" x="${width - 16}" y="${at - 4}" text-anchor="end">threshold ${percent(threshold)}</text>
${windows.map(({ points }, i) => curve(points, frame, y, colourOf(i)))}</g>`;
  return { height: height + gap, drawing };
}

/** The share of the error budget that is left. Below zero more than the budget is spent. */
export function remainingPanel(frame: Frame, points: Points, top: number): Drawn<MarkupPart> {
  const values = points.map(([, value]) => value);
  const y = scaleLinear([Math.min(0, ...values), Math.max(1, ...values)], [top + height, top]).nice(3);
  const last = points.at(-1);
  const drawing = html`<g>${lane(top, 'error budget left', last && `${percent(last[1])} at the end`)}
${grid(y, y.ticks(3), frame)}
${curve(points, frame, y, 'budget-left')}</g>`;
  return { height: height + gap, drawing };
}
