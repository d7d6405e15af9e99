import type { Telemetry } from './scenario.ts';

/** A fault that shows in a metric. */
export type MetricTelemetry = Extract<Telemetry, { signal: 'metric' }>;

/** Whether a value is above or below the number of the scenario; `undefined` if the scenario has no number. */
export function isBeyond({ above, below }: MetricTelemetry, value: number): boolean | undefined {
  if (above !== undefined) return value > above;
  return below === undefined ? undefined : value < below;
}

/** What is said of the value that shows the fault: `above 5`, `below 2`; empty if any rise shows it. */
export function limitText({ above, below }: MetricTelemetry): string {
  if (above !== undefined) return `above ${above}`;
  return below === undefined ? '' : `below ${below}`;
}

/** The metric and the value that shows the fault, for reports. */
export function shownByMetric(telemetry: MetricTelemetry): string {
  const { metric, rateOver } = telemetry;
  const rate = rateOver === undefined ? metric : `the rate of ${metric} over ${rateOver}`;
  return [rate, limitText(telemetry)].filter(Boolean).join(' ');
}
