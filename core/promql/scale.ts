import { formatDuration } from '../duration.ts';
import { edited } from '../edited.ts';
import { multiplyCounts } from './counts.ts';
import { durationsOf, lengthLiterals, literalMs } from './durations.ts';
import { parsePromql } from './parse.ts';

/**
 * Divides every duration of an expression (range windows, subquery ranges and steps, offsets) by `factor`,
 * to whole milliseconds and at least 1 ms; `0` stays 0. Everything else stays byte for byte.
 *
 * A literal where a number is expected stays, even with a unit: in `… > 500ms` it is a threshold, and a
 * service does not answer faster at a faster pace. So does the time after `@`, which is no length.
 *
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export function scaleDurations(expr: string, factor: number): string {
  const literals = durationsOf(parsePromql(expr)).flatMap((node) => lengthLiterals(expr, node));
  const edits = literals.flatMap((node) => {
    const { from, to } = node;
    const ms = literalMs(expr, node);
    const target = ms === 0 ? 0 : Math.max(1, Math.round(ms / factor));
    // Text that already says the right length is left as its author wrote it.
    return target === ms ? [] : [{ from, to, by: formatDuration(target) }];
  });
  return edited(expr, edits);
}

/** How much shorter a window of so many milliseconds becomes by `scaleDurations`. */
export const windowDividedBy =
  (factor: number) =>
  (ms: number): number =>
    ms === 0 ? 1 : ms / Math.max(1, Math.round(ms / factor));

/**
 * A rule's expression at a divided pace: its durations are divided, and its counts multiplied by as much as their
 * windows were divided.
 *
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export const paceExpression = (expr: string, factor: number): string =>
  scaleDurations(multiplyCounts(expr, windowDividedBy(factor)).expr, factor);
