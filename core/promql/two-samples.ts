/**
 * Functions that have no value while their window holds fewer than two samples. `changes` and `resets` count from the first:
 * they are 0 then. https://prometheus.io/docs/prometheus/latest/querying/functions/
 */
export const needTwoSamples: ReadonlySet<string> = new Set([
  ...['rate', 'irate', 'increase', 'delta', 'idelta', 'deriv', 'predict_linear'],
  'double_exponential_smoothing',
]);
