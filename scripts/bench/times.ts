import type { DrillRecord } from '../../core/record.ts';
import { isArrival, isResolution, subjectOf } from '../../reports/facts.ts';

/** Times of the first expected page, in milliseconds; `NaN` when the record does not have them. */
export interface Times {
  readonly mttdMs: number;
  readonly floorMeanMs: number;
  readonly resolveMs: number;
  /** Evaluation interval of the alert's rule, at the drill's pace. */
  readonly intervalMs: number;
}

export function timesOf({ verdicts, evidence }: Pick<DrillRecord, 'verdicts' | 'evidence'>): Times {
  const arrives = verdicts.find(isArrival);
  const resolved = verdicts.find(isResolution);
  const paged = evidence?.alerts.find(({ alert }) => arrives && subjectOf(arrives).alert === alert);
  return {
    mttdMs: arrives?.measuredMs ?? NaN,
    floorMeanMs: arrives?.floor?.mean ?? NaN,
    resolveMs: resolved?.measuredMs ?? NaN,
    intervalMs: paged?.rule?.intervalMs ?? NaN,
  };
}
