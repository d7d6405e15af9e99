import type { Budget, DrillRecord } from '../core/record.ts';

/** A condition of an alert on burn rates: it holds while the ratio is above the threshold over every window. */
export interface BudgetCondition {
  readonly threshold: number;
  readonly burnRate?: number;
  /** At least one; the shortest one first. */
  readonly windows: Budget['windows'];
}

export const budgetsOf = ({ evidence }: DrillRecord): Budget[] =>
  (evidence?.budgets ?? []).filter(({ windows }) => windows.some(({ points }) => points.length > 0));

export const conditionsOf = ({ windows }: Budget): BudgetCondition[] =>
  [...Map.groupBy(windows, ({ condition }) => condition).values()].flatMap((own): BudgetCondition[] => {
    const [first] = own;
    if (!first) return [];
    const { threshold, burnRate } = first;
    return [{ threshold, ...(burnRate === undefined ? {} : { burnRate }), windows: own }];
  });

/** `1.44 %`; a share as people read it. */
export const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;

/** The largest value and when it was first and last above the threshold; times in epoch milliseconds. */
export interface WindowSummary {
  readonly highest?: number;
  readonly aboveFrom?: number;
  /** Absent, with `aboveFrom`: still above at the end. */
  readonly aboveUntil?: number;
}

export function summaryOf({ points, threshold }: Budget['windows'][number]): WindowSummary {
  if (points.length === 0) return {};
  const highest = Math.max(...points.map(([, value]) => value));
  const above = points.filter(([, value]) => value > threshold);
  const [first] = above;
  const last = above.at(-1);
  if (!first || !last) return { highest };
  const after = points.find(([at]) => at > last[0]);
  return { highest, aboveFrom: first[0], ...(after ? { aboveUntil: after[0] } : {}) };
}
