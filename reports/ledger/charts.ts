import { scaleLinear, scalePoint } from 'd3-scale';
import { area, line } from 'd3-shape';
import { quantile } from '../../core/quantile.ts';
import { receiverTitle } from '../facts.ts';
import { html, type Markup, type MarkupPart } from '../html/markup.ts';
import { span } from '../text.ts';
import { type Night, nightOf, type Series } from './nights.ts';

const size = { width: 360, height: 170, left: 52, right: 12, top: 12, bottom: 24 };
const px = (value: number | undefined): number => Math.round(10 * (value ?? 0)) / 10;

/** Positions of the nights; with one night it is in the middle. */
const nightScale = (nights: readonly Night[]) =>
  scalePoint(
    nights.map(({ name }) => name),
    [size.left, size.width - size.right],
  ).padding(0.5);

/** Room for a date below a chart, in the units of its view box. */
const dateWidth = 80;

/** Names of the first and the last night, which fit below a chart. */
function nightTicks(nights: readonly Night[]): MarkupPart {
  const x = nightScale(nights);
  const ends = nights.length > 1 ? [nights[0], nights.at(-1)] : nights;
  // Between many nights there is less room than a date needs.
  const isRoomy = ends.length < 2 || x.step() >= dateWidth;
  return ends.map(
    (night, i) =>
      night &&
      html`<text class="tick" x="${px(x(night.name))}" y="${size.height - 6}" text-anchor="${isRoomy ? 'middle' : i === 0 ? 'start' : 'end'}">${dayOf(night)}</text>`,
  );
}

export const dayOf = ({ at }: Night): string => new Date(at).toISOString().slice(0, 10);

const picture = (label: string, nights: readonly Night[], content: MarkupPart): Markup =>
  html`<svg viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${label}">${content}${nightTicks(nights)}</svg>`;

/** The detection times of one series over the nights, beside the floor. */
export function mttdChart(series: Series, nights: readonly Night[]): Markup {
  const x = nightScale(nights);
  const points = nights.map((night) => {
    const pages = series.pages.filter(({ line: own }) => nightOf(own) === night.name).map(({ page }) => page);
    const floors = pages.flatMap(({ floor }) => floor ?? []);
    const middle = (figure: 'best' | 'mean' | 'worst') =>
      quantile(
        0.5,
        floors.map((one) => one[figure]),
      );
    return {
      x: px(x(night.name)),
      pages,
      floor:
        floors.length > 0
          ? { best: middle('best'), mean: middle('mean'), worst: middle('worst') }
          : undefined,
    };
  });
  const times = series.pages.flatMap(({ page }) => [page.mttdMs ?? 0, page.floor?.worst ?? 0]);
  const y = scaleLinear([0, Math.max(1, ...times) * 1.1], [size.height - size.bottom, size.top]);
  const known = points.filter(({ pages }) => pages.length > 0);
  // A band over one night has a width too.
  const wide =
    known.length === 1
      ? known.flatMap((one) => [
          { ...one, x: one.x - 8 },
          { ...one, x: one.x + 8 },
        ])
      : known;
  const band = area<(typeof points)[number]>(
    (one) => one.x,
    (one) => px(y(one.floor?.best ?? 0)),
    (one) => px(y(one.floor?.worst ?? 0)),
  ).defined(({ floor }) => floor !== undefined);
  const mean = line<(typeof points)[number]>(
    (one) => one.x,
    (one) => px(y(one.floor?.mean ?? 0)),
  ).defined(({ floor }) => floor !== undefined);
  const failures = series.pages.filter(({ page }) => page.outcome === 'fail').length;
  const label = `${series.alert} at ${receiverTitle(series.receiver)}: MTTD of ${series.pages.length} drills in ${known.length} nights, ${failures} failed`;
  return picture(label, nights, [
    y
      .ticks(4)
      .map(
        (value) =>
          html`<line class="grid" x1="${size.left}" x2="${size.width - size.right}" y1="${px(y(value))}" y2="${px(y(value))}"/><text class="tick" x="${size.left - 6}" y="${px(y(value)) + 4}" text-anchor="end">${span(value)}</text>`,
      ),
    html`<path class="floor-band" d="${band(wide) ?? ''}"/><path class="floor-mean" d="${mean(wide) ?? ''}"/>`,
    points.flatMap(({ x: at, pages }) =>
      pages.map(({ mttdMs, outcome }) =>
        outcome === 'pass'
          ? html`<circle class="dot-pass" cx="${at}" cy="${px(y(mttdMs ?? 0))}" r="3.5"/>`
          : cross(at, px(y(mttdMs ?? 0))),
      ),
    ),
  ]);
}

/** A failure: where it arrived, or at zero if it did not. */
const cross = (x: number, y: number): Markup =>
  html`<path class="dot-fail" d="M${x - 4},${y - 4}l8,8m0,-8l-8,8"/>`;

/** How many alerts held in each night, of those that were judged. */
export function heldChart(nights: readonly Night[]): Markup {
  const x = nightScale(nights);
  const y = scaleLinear(
    [0, Math.max(1, ...nights.map(({ judged }) => judged))],
    [size.height - size.bottom, size.top],
  );
  const bar = Math.max(3, Math.min(26, x.step() * 0.7));
  const last = nights.at(-1);
  const label = `Alerts that held in each of ${nights.length} nights; in the last ${last?.held ?? 0} of ${last?.judged ?? 0}`;
  return picture(label, nights, [
    y
      .ticks(4)
      .filter(Number.isInteger)
      .map(
        (value) =>
          html`<line class="grid" x1="${size.left}" x2="${size.width - size.right}" y1="${px(y(value))}" y2="${px(y(value))}"/><text class="tick" x="${size.left - 6}" y="${px(y(value)) + 4}" text-anchor="end">${value}</text>`,
      ),
    nights.map(({ name, judged, held }) => {
      const left = px(px(x(name)) - bar / 2);
      const rect = (kind: string, from: number, to: number) =>
        to > from &&
        html`<rect class="bar-${kind}" x="${left}" width="${px(bar)}" y="${px(y(to))}" height="${px(y(from) - y(to))}"/>`;
      return [rect('pass', 0, held), rect('fail', held, judged)];
    }),
  ]);
}
