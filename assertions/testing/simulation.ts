import { comparisonsOf, type FloorComparison, type FloorCondition } from '../../core/floor-condition.ts';
import type { FloorInputs } from '../../core/floor-inputs.ts';

/*
 * For tests: a discrete-event simulation of a drill. The phases of all timers are random, and `rate()` is computed from
 * samples as Prometheus computes it.
 */

type Sample = readonly [at: number, failed: number, total: number];

/** A reproducible random number generator for [0, 1) (mulberry32). */
export function randomSource(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Prometheus' `extrapolatedRate` for a counter without resets, times the range. */
function increase(samples: readonly (readonly [number, number])[], from: number, to: number): number {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || samples.length < 2) return Number.NaN;
  const result = last[1] - first[1];
  const sampled = last[0] - first[0];
  const average = sampled / (samples.length - 1);
  const toEdge = (gap: number) => (gap >= average * 1.1 ? average / 2 : gap);
  const toZero = result > 0 ? sampled * (first[1] / result) : Number.POSITIVE_INFINITY;
  return (result * (sampled + Math.min(toEdge(first[0] - from), toZero) + toEdge(to - last[0]))) / sampled;
}

/** Whether the rule is true with the samples so far. The right side of `unless` is ignored. */
function holds(
  condition: FloorCondition,
  samples: readonly Sample[],
  at: number,
  inputs: FloorInputs,
): boolean {
  if ('all' in condition) return condition.all.every((one) => holds(one, samples, at, inputs));
  if ('any' in condition) return condition.any.some((one) => holds(one, samples, at, inputs));
  if ('endsEarly' in condition) return holds(condition.endsEarly, samples, at, inputs);
  if ('over' in condition) {
    const { over, needed } = condition;
    const held = pointsOf(condition, at).filter((point) => holds(over, samples, point, inputs)).length;
    return needed !== 'last' && held >= needed.least;
  }
  if ('mean' in condition) {
    const { threshold = 0 } = condition.mean;
    const points = pointsOf(condition, at).map((point) => shareOf(samples, point, condition.mean));
    const known = points.filter(Number.isFinite);
    return known.reduce((sum, share) => sum + share, 0) / known.length > threshold;
  }
  return exceeds(samples, at, condition, inputs);
}

/** The evaluation points of a range: multiples of the step, as in Prometheus and Grafana. */
function pointsOf({ windowMs, stepMs }: { windowMs: number; stepMs: number }, at: number): number[] {
  const last = Math.floor(at / stepMs) * stepMs;
  return Array.from({ length: Math.floor(windowMs / stepMs) }, (_, i) => last - i * stepMs);
}

function shareOf(samples: readonly Sample[], at: number, { windowMs = 0 }: FloorComparison): number {
  const inWindow = samples.filter(([t]) => t > at - windowMs && t <= at);
  const [failed, total] = ([1, 2] as const).map((i) =>
    increase(
      inWindow.map((sample) => [sample[0], sample[i]]),
      at - windowMs,
      at,
    ),
  );
  return (failed ?? Number.NaN) / (total ?? Number.NaN);
}

function exceeds(samples: readonly Sample[], at: number, comparison: FloorComparison, inputs: FloorInputs) {
  const { windowMs = 0, threshold = 0, absolute = false } = comparison;
  if (!absolute) return shareOf(samples, at, comparison) > threshold;
  const inWindow = samples.filter(([t]) => t > at - windowMs && t <= at);
  const failed = increase(
    inWindow.map(([t, f]) => [t, f]),
    at - windowMs,
    at,
  );
  const { failingPerSecond, errorRatio = 1 } = inputs;
  return failed > (threshold * (failingPerSecond / errorRatio) * windowMs) / 1000;
}

/** Returns the time whose samples an evaluation sees through its recording rules. Each recording rule has its own timer. */
function dataTimeThrough({ recordings = [] }: FloorInputs, random: () => number): (at: number) => number {
  const ticks = recordings.map(({ evaluationMs }) => ({ evaluationMs, phase: random() * evaluationMs }));
  return (at) =>
    ticks.reduceRight(
      (time, { evaluationMs, phase }) => phase + Math.floor((time - phase) / evaluationMs) * evaluationMs,
      at,
    );
}

/** The longest window plus the range around it, in milliseconds. */
export const windowOf = ({ condition, ...own }: FloorInputs): number =>
  Math.max(0, ...comparisonsOf(condition ?? own).map(({ windowMs = 0 }) => windowMs)) +
  (condition && 'over' in condition ? condition.windowMs : 0);

/** Requests at a constant rate. From 0 to `faultMs` each is hit with probability e; the first one is always hit. */
function* requests(inputs: FloorInputs, faultMs: number, random: () => number, endMs: number) {
  const { failingPerSecond, errorRatio = 1, healthyHistoryMs = 2 * windowOf(inputs) } = inputs;
  const gap = (1000 * errorRatio) / failingPerSecond;
  const before = Math.floor(healthyHistoryMs / gap);
  for (let i = -before; i * gap < endMs; i++) {
    const during = i >= 0 && i * gap <= faultMs;
    yield { at: i * gap, hit: during && (i === 0 || random() < errorRatio) };
  }
}

/** The samples that Prometheus stores: a scrape returns the newest export that the collector has passed on. */
function samplesOf(inputs: FloorInputs, faultMs: number, random: () => number, endMs: number) {
  const { exportIntervalMs, batchMs, scrapeMs } = inputs;
  const all = [...requests(inputs, faultMs, random, endMs)];
  const begin = all[0]?.at ?? 0;
  const exports: (readonly [visibleAt: number, failed: number, total: number])[] = [];
  const batchPhase = random() * batchMs;
  let [next, failed, total] = [0, 0, 0];
  for (let t = begin + random() * exportIntervalMs; t < endMs; t += exportIntervalMs) {
    for (let r = all[next]; r && r.at <= t; r = all[++next]) {
      failed += r.hit ? 1 : 0;
      total += 1;
    }
    exports.push([batchPhase + Math.ceil((t - batchPhase) / batchMs) * batchMs, failed, total]);
  }
  const samples: Sample[] = [];
  let shown = -1;
  for (let t = begin + random() * scrapeMs; t < endMs; t += scrapeMs) {
    while ((exports[shown + 1]?.[0] ?? Number.POSITIVE_INFINITY) <= t) shown += 1;
    const seen = exports[shown];
    if (seen) samples.push([t, seen[1], seen[2]]);
  }
  const lastHitAt = all.reduce((last, r) => (r.hit ? r.at : last), 0);
  return { samples, lastHitAt };
}

/**
 * Simulates a drill. Returns the time from the first hit to the page, and from the last hit to the resolved page, in
 * milliseconds.
 *
 * @param faultMs length of the fault; must be longer than the detection.
 */
export function simulate(inputs: FloorInputs, faultMs: number, random: () => number) {
  const { evaluationMs, forMs, keepFiringForMs, groupWaitMs, groupIntervalMs, deliveryMs } = inputs;
  const recordedMs = (inputs.recordings ?? []).reduce((sum, recording) => sum + recording.evaluationMs, 0);
  const endMs = faultMs + 3 * windowOf(inputs) + 10 * evaluationMs + keepFiringForMs + 2 * recordedMs;
  const seen = dataTimeThrough(inputs, random);
  // If another alert has started the group, its flushes do not depend on this alert.
  const groupPhase = inputs.joins ? random() * groupIntervalMs : undefined;
  const { samples, lastHitAt } = samplesOf(inputs, faultMs, random, endMs);
  let [activeAt, firedAt, absentAt]: (number | undefined)[] = [];
  for (let t = random() * evaluationMs; t < endMs; t += evaluationMs) {
    if (holds(inputs.condition ?? inputs, samples, seen(t - inputs.queryOffsetMs), inputs)) {
      activeAt ??= t;
      absentAt = undefined;
      if (t - activeAt >= forMs - 1e-6) firedAt ??= t;
    } else if (firedAt === undefined) {
      activeAt = undefined;
    } else {
      absentAt ??= t;
      if (t > lastHitAt && t - absentAt >= keepFiringForMs - 1e-6) {
        const due = (phase: number) =>
          phase + Math.ceil(((firedAt ?? 0) - phase) / groupIntervalMs) * groupIntervalMs;
        const flushed = groupPhase === undefined ? firedAt + groupWaitMs : due(groupPhase);
        const resolved = flushed + Math.ceil((t - flushed) / groupIntervalMs) * groupIntervalMs;
        return { detectedMs: flushed + deliveryMs, resolvedMs: resolved + deliveryMs - lastHitAt };
      }
    }
  }
  throw new Error(`no page and resolved page within ${endMs} ms`);
}
