import { humanDuration } from '../../core/duration.ts';
import { exitCodes } from '../../core/errors.ts';
import type { DrillRecord } from '../../core/record.ts';
import { exitCodeOf } from '../../harness/command/exit-code.ts';
import { tableText } from '../../reports/console/table.ts';
import { type Arrival, arrivalsOf, mttdSpread, withinFloor } from './arrivals.ts';

/** The outcome of one command. */
export interface Outcome {
  readonly name: string;
  readonly exitCode: number;
  readonly tookMs: number;
  readonly log: string;
  /** How many drills held, e.g. `9 of 10`; for `npm test` its closing line. */
  readonly held: string;
  /** Records of its drills; none for `npm test`. */
  readonly records: readonly DrillRecord[];
  /** The last lines of its log. */
  readonly tail: readonly string[];
}

/** The worst comes first. A broken harness is worse than a failed expectation, because it proves nothing about the alerts. */
const worstFirst = ['interrupted', 'broken', 'bad-input', 'failed', 'held'] as const;
export type OutcomeName = (typeof worstFirst)[number];

/** The exit code of the nightly run: that of its worst command. An unknown code counts as broken. */
export function worstOf(outcomes: readonly Pick<Outcome, 'exitCode'>[]): number {
  const names = outcomes.map(({ exitCode }) => outcomeName(exitCode));
  const worst = worstFirst.find((name) => names.includes(name));
  return worst === undefined ? exitCodes.broken : exitCodes[worst];
}

/** The name of an exit code; `broken` for an unknown code. */
export const outcomeName = (code: number): OutcomeName =>
  worstFirst.find((name) => exitCodes[name] === code) ?? 'broken';

/** Whether the records explain the exit code. If not, only the log does. */
export const isExplained = ({ exitCode, records }: Pick<Outcome, 'exitCode' | 'records'>): boolean =>
  exitCode === (records.length > 0 ? exitCodeOf(records) : exitCodes.held);

/** A table with one line for each command: outcome, drills that held, and MTTDs compared with their floors. */
export const outcomesText = (outcomes: readonly Outcome[]): string =>
  tableText([
    ['', 'outcome', 'held', 'MTTD min / median / max', 'within floor', 'took', 'log'],
    ...outcomes.map(({ name, exitCode, tookMs, log, held, records }) => [
      name,
      outcomeName(exitCode),
      held,
      ...mttdCells(arrivalsOf(records)),
      humanDuration(tookMs),
      log,
    ]),
  ]);

function mttdCells(arrivals: readonly Arrival[]): [string, string] {
  const spread = mttdSpread(arrivals);
  if (!spread) return ['–', '–'];
  const { min, median, max } = spread;
  return [[min, median, max].map(humanDuration).join(' / '), withinFloor(arrivals)];
}
