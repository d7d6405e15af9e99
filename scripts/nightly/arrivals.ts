import type { DrillRecord, Floor } from '../../core/record.ts';
import { isArrival, subjectOf } from '../../reports/facts.ts';
import { spreadOf } from '../spread.ts';

/** One expected page in one drill, and whether it arrived. */
export interface Arrival {
  readonly alert: string;
  readonly receiver: string;
  readonly scenario: string;
  readonly pace: string;
  readonly runtime: string;
  /** Stack and topology, e.g. `full, sidecar`. */
  readonly stack: string;
  /** Milliseconds; absent: the page did not arrive. */
  readonly mttdMs?: number;
  readonly floor?: Floor;
  readonly targetMs?: number;
}

/** Every page that was judged. Broken verdicts are left out. */
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

/** Groups arrivals of the same page with the same scenario, pace, runtime and stack, in the order of their first. */
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

/** Spread of the MTTDs of pages that arrived, in milliseconds; `undefined` when none arrived. */
export function mttdSpread(arrivals: readonly Arrival[]): ReturnType<typeof spreadOf> | undefined {
  const measured = arrivals.flatMap(({ mttdMs }) => mttdMs ?? []);
  return measured.length > 0 ? spreadOf(measured) : undefined;
}

/** How many MTTDs lie between the best and the worst case of their floor, e.g. `2 of 3`. */
export function withinFloor(arrivals: readonly Arrival[]): string {
  const within = arrivals.filter(
    ({ mttdMs, floor }) => mttdMs !== undefined && floor && mttdMs >= floor.best && mttdMs <= floor.worst,
  );
  return `${within.length} of ${arrivals.length}`;
}
