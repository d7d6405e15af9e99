import { formatDuration } from '../core/duration.ts';
import type { DrillRecord } from '../core/record.ts';
import { count, span } from './text.ts';

const minuteMs = 60_000;

/**
 * Says that Prometheus was given a past, how much of it and how far back. It is shown beside the floors, which take this
 * past as traffic without failures. `undefined` if the scenario asks for none.
 */
export function historyText({ history, faultWindow, startedAt, pace }: DrillRecord): string | undefined {
  if (!history) return undefined;
  const { series, samples, from } = history;
  if (from === undefined)
    return 'Prometheus was given no past, because no rule reads further back than the warm-up.';
  const lengthMs = (faultWindow?.injectedAt ?? startedAt) - from;
  const realMs = Math.round((lengthMs * pace.factor) / minuteMs) * minuteMs;
  const asReal = pace.factor === 1 ? '' : ` (${formatDuration(realMs)} at real pace)`;
  return (
    `Prometheus was given a past without failures: ${count(samples, 'sample')} of ${series} series, back to ` +
    `${span(lengthMs)} before the ${faultWindow ? 'fault' : 'drill'}${asReal}. The floors assume it.`
  );
}
