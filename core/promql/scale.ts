import { formatDuration } from '../duration.ts';
import { applyEdits } from '../text-edits.ts';
import { multiplyCounts } from './counts.ts';
import { durationsOf, lengthLiterals, literalMs } from './durations.ts';
import { parsePromql } from './parse.ts';

/**
 * Divides every duration of an expression (range windows, subquery ranges and steps, offsets) by `factor`, rounded to
 * whole milliseconds and at least 1 ms; `0` stays 0. The rest of the text is unchanged.
 *
 * A literal where a number is expected is kept, even with a unit: in `… > 500ms` it is a threshold, and the pace does
 * not change latency. The time after `@` is kept too, since it is not a length.
 *
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export function scaleDurations(expr: string, factor: number): string {
  const literals = durationsOf(parsePromql(expr)).flatMap((node) => lengthLiterals(expr, node));
  const edits = literals.flatMap((node) => {
    const { from, to } = node;
    const ms = literalMs(expr, node);
    const target = ms === 0 ? 0 : Math.max(1, Math.round(ms / factor));
    // A literal that already has the right length is kept as written.
    return target === ms ? [] : [{ from, to, replacement: formatDuration(target) }];
  });
  return applyEdits(expr, edits);
}

/** The factor by which `scaleDurations` divides a window of the given milliseconds. */
export const windowDividedBy =
  (factor: number) =>
  (ms: number): number =>
    ms === 0 ? 1 : ms / Math.max(1, Math.round(ms / factor));

/**
 * Converts a rule's expression to a divided pace: durations are divided, and counts are multiplied by the factor by
 * which their windows were divided.
 *
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export const paceExpression = (expr: string, factor: number): string =>
  scaleDurations(multiplyCounts(expr, windowDividedBy(factor)).expr, factor);
