import { humanDuration } from '../../core/duration.ts';
import { exitCodes } from '../../core/errors.ts';
import type { DrillRecord } from '../../core/record.ts';
import { spreadOf, tableText } from '../table.ts';

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
}

/** What weighs most comes first: a broken harness says nothing of the alerts that seemed to hold. */
const weight = ['interrupted', 'broken', 'bad-input', 'failed', 'held'] as const;

/** The exit code of the night is that of its worst command; an unknown code counts as broken. */
export function worstOf(outcomes: readonly Pick<Outcome, 'exitCode'>[]): number {
  const words = outcomes.map(({ exitCode }) => wordOf(exitCode));
  const worst = weight.find((word) => words.includes(word));
  return worst === undefined ? exitCodes.broken : exitCodes[worst];
}

const wordOf = (code: number) => weight.find((word) => exitCodes[word] === code) ?? 'broken';

/** One MTTD beside what the configuration alone dictates, in milliseconds. */
interface Measured {
  readonly mttdMs: number;
  readonly best: number;
  readonly worst: number;
}

function measuredOf(records: readonly DrillRecord[]): Measured[] {
  return records
    .flatMap(({ verdicts }) => verdicts)
    .flatMap(({ id, measuredMs, floor }) =>
      id.endsWith('/arrives') && measuredMs !== undefined && floor
        ? [{ mttdMs: measuredMs, best: floor.best, worst: floor.worst }]
        : [],
    );
}

/** One line for each command: how it ended, how much of it held, and how its MTTDs lie to their floors. */
export const outcomesText = (outcomes: readonly Outcome[]): string =>
  tableText([
    ['', 'outcome', 'held', 'MTTD min / median / max', 'within floor', 'took', 'log'],
    ...outcomes.map(({ name, exitCode, tookMs, log, held, records }) => [
      name,
      wordOf(exitCode),
      held,
      ...mttdCells(measuredOf(records)),
      humanDuration(tookMs),
      log,
    ]),
  ]);

function mttdCells(measured: readonly Measured[]): [string, string] {
  if (measured.length === 0) return ['–', '–'];
  const { min, median, max } = spreadOf(measured.map(({ mttdMs }) => mttdMs));
  const within = measured.filter(({ mttdMs, best, worst }) => mttdMs >= best && mttdMs <= worst);
  return [[min, median, max].map(humanDuration).join(' / '), `${within.length} of ${measured.length}`];
}
