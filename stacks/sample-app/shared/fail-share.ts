/**
 * Decides by chance which requests fail: each with the given probability, whatever became of those before it. Taking
 * turns would make every ratio of a drill stand still, as none does in production.
 *
 * @param random numbers from 0 to below 1.
 */
export const failShare =
  (share: number, random: () => number): (() => boolean) =>
  () =>
    random() < share;
