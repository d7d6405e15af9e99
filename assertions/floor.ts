import type { FloorInputs } from '../core/floor-inputs.ts';
import type { Floor, FloorTerm, FloorTermName } from '../core/record.ts';
import { detectionWindow, isUnreachable, looksAtLatest, resetWindow } from './window-terms.ts';

/** U(0,x): the wait for the next tick of a timer with period x (milliseconds). */
const uniformWait = (name: FloorTermName, source: string, x: number): FloorTerm => ({
  name,
  source,
  best: 0,
  mean: x / 2,
  worst: x,
});
const fixedTime = (name: FloorTermName, source: string, x: number): FloorTerm => ({
  name,
  source,
  best: x,
  mean: x,
  worst: x,
});

function exportTerm({ exportIntervalMs, expiryMs }: FloorInputs): FloorTerm {
  if (expiryMs === undefined)
    return uniformWait('export', "the service's export interval E", exportIntervalMs);
  return {
    name: 'expiry',
    source: 'metric_expiration X of the exporter, counted from the last export',
    best: Math.max(0, expiryMs - exportIntervalMs),
    mean: Math.max(0, expiryMs - exportIntervalMs / 2),
    worst: expiryMs,
  };
}

/** The part of the spread U(0,P) that exceeds a wait W which starts at the same tick: max(U(0,P), W) − W. */
function spreadTerms({ spreadMs = 0 }: FloorInputs, waitMs: number): FloorTerm[] {
  if (spreadMs <= 0) return [];
  const worst = Math.max(0, spreadMs - waitMs);
  const source = `Grafana spreads a tick's rules over P${waitMs > 0 ? '; group_wait runs meanwhile' : ''}`;
  return [{ name: 'spread', source, best: 0, mean: worst ** 2 / (2 * spreadMs), worst }];
}

/** A wait for each recording rule, because each reads what the previous one has stored. */
const recordingTerms = ({ recordings = [] }: FloorInputs): FloorTerm[] =>
  recordings.map(({ evaluationMs, source, roundLater }) =>
    roundLater
      ? fixedTime('recording', source, evaluationMs)
      : uniformWait('recording', source, evaluationMs),
  );

/** The time from firing to the message. If another alert has started the group, the wait is shorter or longer. */
function groupingTerms(inputs: FloorInputs): FloorTerm[] {
  const { joins, groupWaitMs, groupIntervalMs } = inputs;
  if (!joins) {
    return [...spreadTerms(inputs, groupWaitMs), fixedTime('group wait', 'group_wait', groupWaitMs)];
  }
  const { alert, notified } = joins;
  if (notified === 'not yet') {
    const source = `group_wait, which ${alert} in the same group may have begun`;
    return [...spreadTerms(inputs, 0), uniformWait('group wait', source, groupWaitMs)];
  }
  const has = notified === 'surely' ? 'has been' : 'may have been';
  const source = `group_interval: the group ${has} notified already, of ${alert}`;
  const joined = uniformWait('group interval', source, groupIntervalMs);
  if (notified === 'surely') return [...spreadTerms(inputs, 0), joined];
  const mean = (groupWaitMs + joined.mean) / 2;
  const worst = Math.max(groupWaitMs, groupIntervalMs);
  const worstAlone = Math.max(0, groupWaitMs - (inputs.spreadMs ?? 0));
  return [...spreadTerms(inputs, 0), { ...joined, mean: Math.min(mean, worst), worst, worstAlone }];
}

/** Rounds a duration up to the next evaluation, because it is checked only then. */
const upToNextEvaluation = (ms: number, interval: number) =>
  interval > 0 ? Math.ceil(ms / interval) * interval : ms;

function floorOf(terms: FloorTerm[]): Floor {
  const sum = (bound: 'best' | 'mean' | 'worst') => terms.reduce((total, term) => total + term[bound], 0);
  return { terms, best: sum('best'), mean: sum('mean'), worst: sum('worst') };
}

/**
 * The detection time that the configuration alone dictates, from the first request hit to the page:
 *
 *     U(0,E) + U(0,b) + U(0,S) + L + T_window + U(0,R) + Q + U(0,I) + ceil(F/I)·I + max(U(0,P), G_wait) + D
 *
 * The timers E, S and I run independently of the fault, so each wait is uniformly distributed. The collector's batch timer
 * is restarted after each send, not by the first item, so its wait is uniform too. `for` counts from the first evaluation
 * that is true, and is checked only at evaluations. Sources of the terms: Prometheus' `extrapolatedRate` and
 * `AlertingRule.Eval`, Alertmanager's dispatcher, the collector's batch processor.
 *
 * For a series that goes away, X − U(0,E) replaces U(0,E): the last export was up to E before the fault.
 *
 * Grafana's scheduler evaluates rules per tick: an evaluation reads the data as of its tick and has the tick's time, but
 * runs up to P later, because the rules of a tick are spread over P in an order that changes with each tick
 * (pkg/services/ngalert/schedule, `processTick`). group_wait counts from the start of the alert, which is the tick
 * (Alertmanager's dispatcher, `aggrGroup.insert`).
 *
 * Every recording rule that the alert reads through adds the wait for its own evaluation, U(0,R). If the alert's group has
 * already been notified of another alert, the wait is U(0, group_interval) instead of group_wait.
 *
 * The formula assumes that the counter of failures exists before the fault. A counter that first appears with the first
 * failure has no increase until its second sample, up to E + S later.
 *
 * @returns `undefined` when the threshold cannot be crossed (e ≤ θ): no wait is long enough, and JSON knows
 * no infinity.
 */
export function detectionFloor(inputs: FloorInputs): Floor | undefined {
  if (isUnreachable(inputs)) return undefined;
  const { evaluationMs, evaluationSource = 'evaluation interval I', forMs } = inputs;
  const terms = [
    exportTerm(inputs),
    uniformWait('batch', "the collector's batch timeout", inputs.batchMs),
    uniformWait('scrape', 'scrape_interval S', inputs.scrapeMs),
    fixedTime('ingest', 'ingest of logs or traces L', inputs.ingestMs),
    detectionWindow(inputs),
    ...recordingTerms(inputs),
    fixedTime('query offset', 'query_offset Q', inputs.queryOffsetMs),
    uniformWait('evaluation', evaluationSource, evaluationMs),
    fixedTime('for', 'ceil(for / I) · I', upToNextEvaluation(forMs, evaluationMs)),
    ...groupingTerms(inputs),
    fixedTime('delivery', 'from the alerts’ manager to the receiver, D', inputs.deliveryMs),
  ];
  return floorOf([...terms, ...silenceTerm(floorOf(terms), inputs)]);
}

/**
 * A group whose alerts are silenced is looked at again every group_interval, so the page comes up to that long after the end
 * of the silence. The silence begins with the injection, and the time to detect with the first request hit: three mean
 * waits for a hit are allowed for.
 */
function silenceTerm(without: Floor, inputs: FloorInputs): FloorTerm[] {
  const { silencedMs, groupIntervalMs, failingPerSecond, deliveryMs } = inputs;
  if (silencedMs === undefined) return [];
  const firstHitMs = failingPerSecond > 0 ? 3_000 / failingPerSecond : 0;
  const beyond = (ms: number, rest: number) => Math.max(0, ms + deliveryMs - rest);
  return [
    {
      name: 'silence',
      source: "the rest of the scenario's silence, and group_interval until the group is looked at again",
      best: beyond(silencedMs - firstHitMs, without.best),
      mean: beyond(silencedMs + groupIntervalMs / 2, without.mean),
      worst: beyond(silencedMs + groupIntervalMs, without.worst),
    },
  ];
}

/**
 * The time to the resolved page that the configuration alone dictates, from the last request hit:
 *
 *     T_reset + U(0,E) + U(0,b) + L + U(0,R) + Q + U(0,I) + ceil(K/I)·I + U(0,P) + U(0,G_interval) + D, and without window + U(0,S)
 *
 * @returns `undefined` when the alert cannot fire in the first place (e ≤ θ).
 */
export function resolveFloor(inputs: FloorInputs): Floor | undefined {
  if (isUnreachable(inputs)) return undefined;
  const { evaluationMs, evaluationSource = 'evaluation interval I', keepFiringForMs } = inputs;
  return floorOf([
    uniformWait('export', "the service's export interval E", inputs.exportIntervalMs),
    uniformWait('batch', "the collector's batch timeout", inputs.batchMs),
    ...(looksAtLatest(inputs) ? [uniformWait('scrape', 'scrape_interval S', inputs.scrapeMs)] : []),
    fixedTime('ingest', 'ingest of logs or traces L', inputs.ingestMs),
    resetWindow(inputs),
    ...recordingTerms(inputs),
    fixedTime('query offset', 'query_offset Q', inputs.queryOffsetMs),
    uniformWait('evaluation', evaluationSource, evaluationMs),
    fixedTime(
      'keep firing',
      'ceil(keep_firing_for / I) · I',
      upToNextEvaluation(keepFiringForMs, evaluationMs),
    ),
    ...spreadTerms(inputs, 0),
    uniformWait('group interval', 'group_interval', inputs.groupIntervalMs),
    fixedTime('delivery', 'from the alerts’ manager to the receiver, D', inputs.deliveryMs),
  ]);
}
