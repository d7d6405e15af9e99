import { quantile } from '../core/quantile.ts';

/** Minimum, median and maximum; each is `NaN` without figures. */
export const spreadOf = (figures: readonly number[]): { min: number; median: number; max: number } => ({
  min: quantile(0, figures),
  median: quantile(0.5, figures),
  max: quantile(1, figures),
});
