import type { DrillRecord, Floor } from '../../core/record.ts';
import { isArrival, subjectOf } from '../../reports/facts.ts';
import { spreadOf } from '../spread.ts';

/** One page that was to arrive in one drill, and whether it did. */
export interface Arrival {
  readonly alert: string;
  readonly receiver: string;
  readonly scenario: string;
  readonly pace: string;
  readonly runtime: string;
  /** With its topology, e.g. `full, sidecar`. */
  readonly stack: string;
  /** Milliseconds; absent: it did not arrive. */
  readonly mttdMs?: number;
  readonly floor?: Floor;
  readonly targetMs?: number;
}

/** Every page that was judged; what a broken drill could not judge says nothing. */
export const arrivalsOf = (records: readonly DrillRecord[]): Arrival[] =>
  records.flatMap(({ scenario, pace, stack, verdicts }) =>
    verdicts
      .filter((verdict) => isArrival(verdict) && verdict.outcome !== 'broken')
      .map((verdict): Arrival => {
        const { measuredMs, floor, targetMs } = verdict;
        const { alert, receiver = '–' } = subjectOf(verdict);
        return {
          alert,
          receiver,
          scenario: scenario.name,
          pace: pace.name,
          runtime: stack.runtime,
          stack: `${stack.name}, ${stack.topology}`,
          ...(measuredMs === undefined ? {} : { mttdMs: measuredMs }),
          ...(floor === undefined ? {} : { floor }),
          ...(targetMs === undefined ? {} : { targetMs }),
        };
      }),
  );

/** Those of the same page in the same circumstances together, in the order in which they first came. */
export function samePages(arrivals: readonly Arrival[]): (readonly [Arrival, ...Arrival[]])[] {
  const groups = new Map<string, [Arrival, ...Arrival[]]>();
  for (const arrival of arrivals) {
    const { alert, receiver, scenario, pace, runtime, stack } = arrival;
    const key = JSON.stringify([alert, receiver, scenario, pace, runtime, stack]);
    const group = groups.get(key);
    if (group) group.push(arrival);
    else groups.set(key, [arrival]);
  }
  return [...groups.values()];
}

/** The MTTDs of those that arrived, in milliseconds; of none, `undefined`. */
export function mttdSpread(arrivals: readonly Arrival[]): ReturnType<typeof spreadOf> | undefined {
  const measured = arrivals.flatMap(({ mttdMs }) => mttdMs ?? []);
  return measured.length > 0 ? spreadOf(measured) : undefined;
}

/** How many lie between the best and the worst that their configuration dictates, e.g. `2 of 3`. */
export function withinFloor(arrivals: readonly Arrival[]): string {
  const within = arrivals.filter(
    ({ mttdMs, floor }) => mttdMs !== undefined && floor && mttdMs >= floor.best && mttdMs <= floor.worst,
  );
  return `${within.length} of ${arrivals.length}`;
}
