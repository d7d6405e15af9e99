/**
 * Decides randomly which requests fail: each one independently with the given probability. Fixed patterns would give
 * constant ratios, which do not occur in production.
 *
 * @param random gives numbers in [0, 1).
 */
export const failShare =
  (share: number, random: () => number): (() => boolean) =>
  () =>
    random() < share;
