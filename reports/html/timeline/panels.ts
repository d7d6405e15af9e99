import { type ScaleLinear, scaleLinear } from 'd3-scale';
import { area, type CurveFactory, curveLinear, curveStepAfter, line } from 'd3-shape';
import type { AlertEvidence } from '../../../core/record.ts';
import { clipped, oneLine } from '../../text.ts';
import { html, type Markup, type MarkupPart } from '../markup.ts';
import { type Drawn, type Frame, lane, px, width } from './frame.ts';

type Point = [number, number];
type Scale = ScaleLinear<number, number>;

const gap = 22;

const path = (points: readonly Point[], { x }: Frame, y: Scale, curve: CurveFactory = curveLinear) =>
  line<Point>(
    (p) => px(x(p[0])),
    (p) => px(y(p[1])),
  ).curve(curve)([...points]) ?? '';

const filled = (points: readonly Point[], { x }: Frame, y: Scale, curve: CurveFactory = curveLinear) =>
  area<Point>(
    (p) => px(x(p[0])),
    px(y(0)),
    (p) => px(y(p[1])),
  ).curve(curve)([...points]) ?? '';

const grid = (y: Scale, { x, from }: Frame, text: (value: number) => string) =>
  y
    .ticks(3)
    .map(
      (t) =>
        html`<line class="grid" x1="${x(from)}" x2="${width - 14}" y1="${px(y(t))}" y2="${px(y(t))}"/><text class="tick" x="${x(from) - 6}" y="${px(y(t)) + 4}" text-anchor="end">${text(t)}</text>`,
    );

/** Requests per second, and how many of them failed. */
export function loadPanel(frame: Frame, top: number): Drawn<MarkupPart> {
  const seconds = (frame.record.load?.seconds ?? []).filter(
    (s) => s.at >= frame.from - 1000 && s.at <= frame.to,
  );
  if (seconds.length < 2) return { height: 0, drawing: undefined };
  const height = 78;
  const y = scaleLinear([0, Math.max(1, ...seconds.map((s) => s.requests)) * 1.1], [top + height, top]).nice(
    3,
  );
  const hit = frame.record.faultWindow?.firstHitAt ?? 0;
  // Counts per second, as steps. In the second of the first hit, failures are drawn from that hit on.
  const steps = (of: (s: (typeof seconds)[number]) => number, from = 0) =>
    [
      ...seconds.map((s): Point => [from > s.at && from < s.at + 1000 ? from : s.at, of(s)]),
      endOf(seconds, of),
    ].map(([at, value]): Point => [Math.min(frame.to, Math.max(frame.from, at)), value]);
  const requests = steps((s) => s.requests);
  const sum = (of: 'hit' | 'failed') => seconds.reduce((total, s) => total + s[of], 0);
  // A fault may only slow requests down: then requests are hit but do not fail.
  const bad = sum('hit') > sum('failed') ? 'hit' : 'failed';
  const drawing = html`<g><title>load</title>${lane(top, 'load', 'requests/s')}<text class="lane-more bad" x="0" y="${top + 42}">${bad}</text>
${grid(y, frame, String)}
<path class="load" d="${filled(requests, frame, y, curveStepAfter)}"/><path class="load-line" d="${path(requests, frame, y, curveStepAfter)}"/>
<path class="failed" d="${filled(
    steps((s) => s[bad], hit),
    frame,
    y,
    curveStepAfter,
  )}"/></g>`;
  return { height: height + gap, drawing };
}

/** The last step has the same length as the others. */
const endOf = <S extends { at: number }>(seconds: readonly S[], of: (second: S) => number): Point => {
  const last = seconds.at(-1);
  return last ? [last.at + 1000, of(last)] : [0, 0];
};

/** The rule's value and its threshold, or else the share of failed requests. */
export function rulePanel(frame: Frame, lead: AlertEvidence | undefined, top: number): Drawn<MarkupPart> {
  const comparison = lead?.comparison;
  const samples = (comparison?.samples ?? []).filter(([at]) => at >= frame.from && at <= frame.to);
  if (comparison && samples.length > 1) {
    const { threshold, operator, left } = comparison;
    return ratioPanel(frame, top, samples, {
      title: "rule's value",
      more: `${operator} ${threshold}`,
      hint: `${left} ${operator} ${threshold}`,
      threshold,
    });
  }
  const share = (frame.record.load?.seconds ?? [])
    .filter((s) => s.at >= frame.from - 500 && s.at <= frame.to - 500 && s.requests > 0)
    .map((s): Point => [s.at + 500, s.failed / s.requests]);
  if (share.length < 2) return { height: 0, drawing: undefined };
  return ratioPanel(frame, top, share, {
    title: 'error share',
    more: 'of all requests',
    hint: 'failed ÷ requests',
  });
}

interface PanelText {
  readonly title: string;
  readonly more: string;
  readonly hint: string;
  readonly threshold?: number;
}

function ratioPanel(frame: Frame, top: number, points: Point[], { title, more, hint, threshold }: PanelText) {
  const height = 66;
  const values = points.map((p) => p[1]);
  const ends = [0, ...values, ...(threshold === undefined ? [] : [threshold * 1.15])];
  const y = scaleLinear([Math.min(...ends), Math.max(...ends) * 1.08 || 1], [top + height, top]);
  const text = y.tickFormat(3);
  return {
    height: height + gap,
    drawing: html`<g><title>${hint}</title>${lane(top, title, more)}
${grid(y, frame, text)}
<path class="value-area" d="${filled(points, frame, y)}"/><path class="value" d="${path(points, frame, y)}"/>
${threshold !== undefined && thresholdLine(frame, y, threshold)}
<text class="hint-text" x="${frame.x(frame.from) + 3}" y="${top - 6}">${clipped(oneLine(hint), 130)}</text></g>`,
  };
}

const thresholdLine = ({ x, from }: Frame, y: Scale, threshold: number): Markup =>
  html`<line class="threshold" x1="${x(from)}" x2="${width - 14}" y1="${px(y(threshold))}" y2="${px(y(threshold))}"/><text class="threshold-text" x="${width - 16}" y="${px(y(threshold)) - 4}" text-anchor="end">threshold ${threshold}</text>`;
