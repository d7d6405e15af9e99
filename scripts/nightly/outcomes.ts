import { humanDuration } from '../../core/duration.ts';
import { exitCodes } from '../../core/errors.ts';
import type { DrillRecord } from '../../core/record.ts';
import { exitCodeOf } from '../../harness/command/exit-code.ts';
import { tableText } from '../../reports/console/table.ts';
import { type Arrival, arrivalsOf, mttdSpread, withinFloor } from './arrivals.ts';

/** What one command of the night came to. */
export interface Outcome {
  readonly name: string;
  readonly exitCode: number;
  readonly tookMs: number;
  readonly log: string;
  /** How much of it held, e.g. `9 of 10`; the closing line of `npm test`. */
  readonly held: string;
  /** Of its drills; none for `npm test`. */
  readonly records: readonly DrillRecord[];
  /** The last lines of its log. */
  readonly tail: readonly string[];
}

/** What weighs most comes first: a broken harness says nothing of the alerts that seemed to hold. */
const weight = ['interrupted', 'broken', 'bad-input', 'failed', 'held'] as const;
export type Word = (typeof weight)[number];

/** The exit code of the night is that of its worst command; an unknown code counts as broken. */
export function worstOf(outcomes: readonly Pick<Outcome, 'exitCode'>[]): number {
  const words = outcomes.map(({ exitCode }) => wordOf(exitCode));
  const worst = weight.find((word) => words.includes(word));
  return worst === undefined ? exitCodes.broken : exitCodes[worst];
}

/** How a command with this exit code ended. */
export const wordOf = (code: number): Word => weight.find((word) => exitCodes[word] === code) ?? 'broken';

/** Whether its records tell why it ended as it did; else only its log does. */
export const isTold = ({ exitCode, records }: Pick<Outcome, 'exitCode' | 'records'>): boolean =>
  exitCode === (records.length > 0 ? exitCodeOf(records) : exitCodes.held);

/** One line for each command: how it ended, how much of it held, and how its MTTDs lie to their floors. */
export const outcomesText = (outcomes: readonly Outcome[]): string =>
  tableText([
    ['', 'outcome', 'held', 'MTTD min / median / max', 'within floor', 'took', 'log'],
    ...outcomes.map(({ name, exitCode, tookMs, log, held, records }) => [
      name,
      wordOf(exitCode),
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
