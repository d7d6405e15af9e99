import { type ScaleLinear, scaleLinear } from 'd3-scale';
import type { AlertEvidence, DrillRecord } from '../../../core/record.ts';
import { isArrival } from '../../facts.ts';
import { span } from '../../text.ts';
import { html, type Markup } from '../markup.ts';

export const width = 1120;
const gutter = 180;
const right = 14;

/** The data for all parts of the picture: the time range and its scale. */
export interface Frame {
  readonly record: DrillRecord;
  readonly alerts: readonly AlertEvidence[];
  readonly from: number;
  readonly to: number;
  /** Zero of the axis. */
  readonly zero: number;
  readonly x: ScaleLinear<number, number>;
  /** The deadline of the page, if the scenario has one. */
  readonly deadline?: { readonly at: number; readonly text: string };
}

/** A part of the picture and its height. */
export interface Drawn<T> {
  readonly height: number;
  readonly drawing: T;
}

/** The title of a lane, at its left. */
export const lane = (y: number, title: string, more = ''): Markup =>
  html`<text class="lane" x="0" y="${y + 13}">${title}</text>${more && html`<text class="lane-more" x="0" y="${y + 27}">${more}</text>`}`;

/** The time range to show: some healthy load before the fault, and all events after it. */
export function frameOf(record: DrillRecord): Frame {
  const { faultWindow, load, evidence, pages, startedAt, endedAt } = record;
  const alerts = evidence?.alerts ?? [];
  const seconds = load?.seconds ?? [];
  const zero = faultWindow?.injectedAt ?? seconds[0]?.at ?? startedAt;
  const target = record.verdicts.find(isArrival)?.targetMs;
  const deadline =
    target !== undefined && faultWindow?.firstHitAt !== undefined
      ? { at: faultWindow.firstHitAt + target, text: `target ${span(target)}` }
      : undefined;
  const happened = [
    ...alerts.flatMap((a) => [
      ...a.hops.flatMap((h) => h.at ?? []),
      ...[...a.pending, ...a.firing].map((s) => s.to),
    ]),
    ...pages.map((p) => p.receivedAt),
    ...(faultWindow ? [faultWindow.revertedAt ?? endedAt ?? zero] : [seconds.at(-1)?.at ?? endedAt ?? zero]),
    ...(deadline ? [deadline.at] : []),
  ];
  const last = Math.max(zero + 1000, ...happened);
  const before = Math.min((last - zero) * 0.14, Math.max(0, zero - (seconds[0]?.at ?? zero)));
  const [from, to] = [zero - before, last + (last - zero) * 0.05];
  const x = scaleLinear([from, to], [gutter, width - right]);
  return { record, alerts, from, to, zero, x, ...(deadline ? { deadline } : {}) };
}

/** Rounds to a tenth of a pixel, to keep reports small. */
export const px = (n: number): number => Math.round(n * 10) / 10;

/** Axis labels: seconds, or minutes and seconds for long ranges. */
export function axisText(ms: number, wholeMs: number): string {
  const s = ms / 1000;
  if (wholeMs < 180_000) return s === 0 ? '0' : `${Number(s.toFixed(1))} s`;
  const abs = Math.round(Math.abs(s));
  return `${s < 0 ? '-' : ''}${Math.floor(abs / 60)}:${String(abs % 60).padStart(2, '0')}`;
}

/** Ticks at usual time units; d3's are decimal, which suits minutes badly. */
export function timeTicks(from: number, to: number): number[] {
  const sizes = [500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000];
  const size = sizes.find((s) => (to - from) / s <= 12) ?? 3_600_000;
  const first = Math.ceil(from / size);
  return Array.from({ length: Math.floor(to / size) - first + 1 }, (_, i) => (first + i) * size);
}
