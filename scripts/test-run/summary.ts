import { humanDuration } from '../../core/duration.ts';
import { tableText } from '../../reports/console/table.ts';
import type { Counts, Result, Timed } from './step.ts';

export const sumOf = (results: readonly Counts[]): Counts => ({
  passed: results.reduce((sum, { passed }) => sum + passed, 0),
  failed: results.reduce((sum, { failed }) => sum + failed, 0),
  skipped: results.reduce((sum, { skipped }) => sum + skipped, 0),
});

/** The last line of a test run, e.g. `312 passed, 0 failed`. */
export const closingLine = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

/** A table of the steps with counts and duration, in the order in which they ended. */
export const tableOf = (results: readonly Result[]): string =>
  tableText([
    ['', 'passed', 'failed', 'skipped', 'took'],
    ...results.map(({ name, passed, failed, skipped, tookMs }) => [
      name,
      String(passed),
      String(failed),
      String(skipped),
      humanDuration(tookMs),
    ]),
  ]);

const longestSteps = 10;

/** A table of the duration of each phase and of the longest steps. */
export const timesOf = (phases: readonly Timed[], steps: readonly Timed[]): string =>
  tableText([
    ['phase or one of the longest steps', 'took'],
    ...[...phases, ...steps.toSorted((a, b) => b.tookMs - a.tookMs).slice(0, longestSteps)].map(
      ({ name, tookMs }) => [name, humanDuration(tookMs)],
    ),
  ]);

/** The failures, by step. Failures of steps that passed when they were repeated are listed too. */
export const failuresOf = (results: readonly Result[]): string =>
  results
    .flatMap(({ name, failures, failedBefore = [] }) => [
      listOf(`${name}, before it was repeated alone`, failedBefore),
      listOf(name, failures),
    ])
    .join('');

const listOf = (title: string, failures: readonly string[]): string =>
  failures.length === 0 ? '' : `${title}\n${failures.map((line) => `  ✗ ${line}\n`).join('')}`;
