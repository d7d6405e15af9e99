import type { FloorInputs } from '../core/floor-inputs.ts';
import type { Floor, FloorTerm, FloorTermName } from '../core/record.ts';
import { detectionWindow, isUnreachable, looksAtLatest, resetWindow } from './window-terms.ts';

/** U(0,x): the wait for the next tick of something that ticks every x. */
const tick = (name: FloorTermName, source: string, x: number): FloorTerm => ({
  name,
  source,
  best: 0,
  mean: x / 2,
  worst: x,
});
const fixed = (name: FloorTermName, source: string, x: number): FloorTerm => ({
  name,
  source,
  best: x,
  mean: x,
  worst: x,
});

function exported({ exportIntervalMs, expiryMs }: FloorInputs): FloorTerm {
  if (expiryMs === undefined) return tick('export', "the service's export interval E", exportIntervalMs);
  return {
    name: 'expiry',
    source: 'metric_expiration X of the exporter, counted from the last export',
    best: Math.max(0, expiryMs - exportIntervalMs),
    mean: Math.max(0, expiryMs - exportIntervalMs / 2),
    worst: expiryMs,
  };
}

/** What U(0,P) takes longer than a wait that runs from the tick as well: max(U(0,P), W) − W. */
function spreadBeyond({ spreadMs = 0 }: FloorInputs, waitMs: number): FloorTerm[] {
  if (spreadMs <= 0) return [];
  const worst = Math.max(0, spreadMs - waitMs);
  const source = `Grafana spreads a tick's rules over P${waitMs > 0 ? '; group_wait runs meanwhile' : ''}`;
  return [{ name: 'spread', source, best: 0, mean: worst ** 2 / (2 * spreadMs), worst }];
}

/** One recording rule after the other; each sees what the one before it has stored. */
const recorded = ({ recordings = [] }: FloorInputs): FloorTerm[] =>
  recordings.map(({ evaluationMs, source, roundLater }) =>
    roundLater ? fixed('recording', source, evaluationMs) : tick('recording', source, evaluationMs),
  );

/** From firing to the message. A group that another alert has begun does not wait as long, or longer. */
function grouped(inputs: FloorInputs): FloorTerm[] {
  const { joins, groupWaitMs, groupIntervalMs } = inputs;
  if (!joins) {
    return [...spreadBeyond(inputs, groupWaitMs), fixed('group wait', 'group_wait', groupWaitMs)];
  }
  const { alert, notified } = joins;
  if (notified === 'not yet') {
    const source = `group_wait, which ${alert} in the same group may have begun`;
    return [...spreadBeyond(inputs, 0), tick('group wait', source, groupWaitMs)];
  }
  const has = notified === 'surely' ? 'has been' : 'may have been';
  const source = `group_interval: the group ${has} notified already, of ${alert}`;
  const joined = tick('group interval', source, groupIntervalMs);
  if (notified === 'surely') return [...spreadBeyond(inputs, 0), joined];
  const mean = (groupWaitMs + joined.mean) / 2;
  const worst = Math.max(groupWaitMs, groupIntervalMs);
  const worstAlone = Math.max(0, groupWaitMs - (inputs.spreadMs ?? 0));
  return [...spreadBeyond(inputs, 0), { ...joined, mean: Math.min(mean, worst), worst, worstAlone }];
}

/** A duration that is only looked at every `interval` ends at a look. */
const atLook = (ms: number, interval: number) => (interval > 0 ? Math.ceil(ms / interval) * interval : ms);

function floorOf(terms: FloorTerm[]): Floor {
  const sum = (bound: 'best' | 'mean' | 'worst') => terms.reduce((total, term) => total + term[bound], 0);
  return { terms, best: sum('best'), mean: sum('mean'), worst: sum('worst') };
}

/**
 * The detection time that the configuration alone dictates, from the first request hit to the page:
 *
 *     U(0,E) + U(0,b) + U(0,S) + L + T_window + U(0,R) + Q + U(0,I) + ceil(F/I)·I + max(U(0,P), G_wait) + D
 *
 * E, S and I tick without regard to the fault, so each wait is uniform; the collector's batch timer ticks too
 * (it is restarted after each send, not by the first item), so b is a wait of up to b. `for` counts from the
 * evaluation that first was true and is looked at by evaluations only. The sources of the terms: Prometheus'
 * `extrapolatedRate` and `AlertingRule.Eval`, Alertmanager's dispatcher, the collector's batch processor.
 *
 * Of a series that goes away, X − U(0,E) stands for U(0,E): the last export was up to E before the fault.
 *
 * Grafana evaluates by the tick of its scheduler: an evaluation reads the data as of its tick and is stamped with it,
 * but runs up to P later, since the rules of one tick are spread, in an order that changes with each
 * (pkg/services/ngalert/schedule, `processTick`). A group is not waited for longer than group_wait after the start of
 * its alert, which is that tick (Alertmanager's dispatcher, `aggrGroup.insert`).
 *
 * Every recording rule on the way adds the wait for its own evaluation, U(0,R). An alert that joins a group which has
 * been notified of another alert waits U(0, group_interval) instead of group_wait.
 *
 * It supposes that the counter of failures exists before the fault: one that is born with the first failure
 * has no increase until its second sample, up to E + S later.
 *
 * @returns `undefined` when the threshold cannot be crossed (e ≤ θ): no wait is long enough, and JSON knows
 * no infinity.
 */
export function detectionFloor(inputs: FloorInputs): Floor | undefined {
  if (isUnreachable(inputs)) return undefined;
  const { evaluationMs, evaluationSource = 'evaluation interval I', forMs } = inputs;
  return floorOf([
    exported(inputs),
    tick('batch', "the collector's batch timeout", inputs.batchMs),
    tick('scrape', 'scrape_interval S', inputs.scrapeMs),
    fixed('ingest', 'ingest of logs or traces L', inputs.ingestMs),
    detectionWindow(inputs),
    ...recorded(inputs),
    fixed('query offset', 'query_offset Q', inputs.queryOffsetMs),
    tick('evaluation', evaluationSource, evaluationMs),
    fixed('for', 'ceil(for / I) · I', atLook(forMs, evaluationMs)),
    ...grouped(inputs),
    fixed('delivery', 'from the alerts’ manager to the receiver, D', inputs.deliveryMs),
  ]);
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
    tick('export', "the service's export interval E", inputs.exportIntervalMs),
    tick('batch', "the collector's batch timeout", inputs.batchMs),
    ...(looksAtLatest(inputs) ? [tick('scrape', 'scrape_interval S', inputs.scrapeMs)] : []),
    fixed('ingest', 'ingest of logs or traces L', inputs.ingestMs),
    resetWindow(inputs),
    ...recorded(inputs),
    fixed('query offset', 'query_offset Q', inputs.queryOffsetMs),
    tick('evaluation', evaluationSource, evaluationMs),
    fixed('keep firing', 'ceil(keep_firing_for / I) · I', atLook(keepFiringForMs, evaluationMs)),
    ...spreadBeyond(inputs, 0),
    tick('group interval', 'group_interval', inputs.groupIntervalMs),
    fixed('delivery', 'from the alerts’ manager to the receiver, D', inputs.deliveryMs),
  ]);
}
