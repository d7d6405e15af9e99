/** A verdict of a stored record that differs today, and why. */
interface Difference {
  readonly was: string;
  readonly is: string;
  readonly why: string;
}

/** By record and check. */
export const differences: Readonly<Record<string, Difference>> = {};
