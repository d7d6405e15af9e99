import { changedDependencies, type DependencyPart } from '../../core/dependencies.ts';
import type { AlertLine } from '../../core/drill-line.ts';
import type { Exceeded } from '../../core/gate.ts';
import { quantile } from '../../core/quantile.ts';
import { medianTolerance } from './median-tolerance.ts';

/** What a machine adds to an MTTD now and then, beyond the waits of the configuration. It is the same at every pace. */
export const machineMs = 500;

/**
 * By how much the floor may rise, as a share of its mean. It follows from the configuration, apart from the traffic before
 * the fault, whose length differs a little from drill to drill.
 */
const floorShare = 0.05;
/** Shorter differences are measured with the clock of a poll. */
const floorMs = 100;

/** The speed of one alert, now and in the baseline. */
export interface Speed {
  /** Medians; absent: it arrived in no drill. */
  readonly mttdMs?: number;
  readonly beforeMs?: number;
  /** By how much the median may exceed that of the baseline. */
  readonly allowedMs?: number;
  readonly slower?: { readonly measured?: Exceeded; readonly floor?: Exceeded };
}

const median = (values: readonly number[]): number | undefined =>
  values.length > 0 ? quantile(0.5, values) : undefined;

const mttdsOf = (lines: readonly AlertLine[]): number[] => lines.flatMap(({ mttdMs }) => mttdMs ?? []);

/** The median of a figure of the floors. Floors of one alert differ slightly from drill to drill. */
const floorOf = (lines: readonly AlertLine[], figure: 'best' | 'mean' | 'worst'): number | undefined =>
  median(lines.flatMap(({ floor }) => (floor ? floor[figure] : [])));

/** @param leastMs an alert may always be slower by this. */
export function speedOf(now: readonly AlertLine[], before: readonly AlertLine[], leastMs: number): Speed {
  const mttdMs = median(mttdsOf(now));
  const beforeMs = median(mttdsOf(before));
  const allowedMs = allowedFor(now, before, leastMs);
  const measured =
    mttdMs !== undefined && beforeMs !== undefined && allowedMs !== undefined && mttdMs - beforeMs > allowedMs
      ? { nowMs: mttdMs, beforeMs, allowedMs }
      : undefined;
  const floor = higherFloor(now, before, leastMs);
  return {
    ...(mttdMs === undefined ? {} : { mttdMs }),
    ...(beforeMs === undefined ? {} : { beforeMs }),
    ...(allowedMs === undefined ? {} : { allowedMs }),
    ...(measured || floor
      ? { slower: { ...(measured ? { measured } : {}), ...(floor ? { floor } : {}) } }
      : {}),
  };
}

function allowedFor(
  now: readonly AlertLine[],
  before: readonly AlertLine[],
  leastMs: number,
): number | undefined {
  const values = mttdsOf(before);
  const beforeMs = median(values);
  if (beforeMs === undefined) return undefined;
  const [best, worst] = [floorOf(before, 'best'), floorOf(before, 'worst')];
  // Without a floor nothing tells how much is chance: twice as slow is too slow.
  const range = best === undefined || worst === undefined ? beforeMs : worst - best;
  return Math.max(leastMs, range * medianTolerance(mttdsOf(now).length, values.length) + machineMs);
}

/** A floor that is higher tells that the configuration alone makes the alert slower, however the waits came out. */
function higherFloor(
  now: readonly AlertLine[],
  before: readonly AlertLine[],
  leastMs: number,
): Exceeded | undefined {
  const [nowMs, beforeMs] = [floorOf(now, 'mean'), floorOf(before, 'mean')];
  if (nowMs === undefined || beforeMs === undefined) return undefined;
  const allowedMs = Math.max(leastMs, floorMs, floorShare * beforeMs);
  return nowMs - beforeMs > allowedMs ? { nowMs, beforeMs, allowedMs } : undefined;
}

/** The parts of the configuration of an alert that differ between its newest drills of both sides. */
export function changedParts(now: readonly AlertLine[], before: readonly AlertLine[]): DependencyPart[] {
  const [own, other] = [now.at(-1)?.dependsOn, before.at(-1)?.dependsOn];
  return own && other ? changedDependencies(own, other) : [];
}
