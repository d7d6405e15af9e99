import { parsePromql } from './parse.ts';
import { offsetOf } from './ranges-below.ts';

/**
 * Milliseconds of the longest `offset` into the past; 0 without one. Negative offsets count as 0.
 *
 * @throws FiredrillError `bad-input`, with the position, for an expression that does not parse.
 */
export const longestOffset = (expr: string): number => offsetOf(expr, parsePromql(expr));
