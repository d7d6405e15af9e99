import type { UsedFiles } from '../../configuration/files/files.ts';
import { exportIntervals } from '../../configuration/paced/export-intervals.ts';
import { prometheusSettings } from '../../configuration/rules/prometheus-settings.ts';
import { formatDuration } from '../../core/duration.ts';
import type { ProofEvidence } from '../../core/record.ts';
import type { ProofOf } from '../../core/scenario.ts';
import { quantile } from '../load/load-statistics.ts';
import type { RunningDrill } from '../running-drill.ts';
import type { ProofWindow } from './proof-window.ts';

/**
 * Returns the p99 of the requests that began and ended while the fault lasted, in milliseconds: k6's value, and Prometheus'
 * value over a window of the same length, read when the last requests have been exported and scraped.
 */
export async function p99Evidence(
  { prometheus, loadStatistics, stack }: Pick<RunningDrill, 'prometheus' | 'loadStatistics' | 'stack'>,
  { journey, query }: ProofOf<'p99'>,
  { injectedAt, revertedAt }: ProofWindow,
): Promise<ProofEvidence> {
  const durations = loadStatistics
    .samplesBetween(injectedAt, revertedAt)
    .filter((sample) => sample.journey === journey && sample.at - sample.durationMs >= injectedAt)
    .map(({ durationMs }) => durationMs);
  const window = formatDuration(Math.round((revertedAt - injectedAt) / 1000) * 1000);
  const at = Math.min(Date.now(), revertedAt + storedAfterMs(stack.files));
  const asked = query.replaceAll('$window', window);
  const { series, error } = await prometheus.queryRange(asked, at, at, 1_000);
  if (error) throw new Error(error);
  const value = series[0]?.samples[0]?.[1];
  return {
    kind: 'p99',
    ...(value === undefined || !Number.isFinite(value) ? {} : { prometheusMs: value }),
    k6Ms: quantile(durations, 0.99),
    requests: durations.length,
  };
}

/** The longest delay until Prometheus has stored a measurement: one export interval and one scrape interval. */
function storedAfterMs(files: UsedFiles): number {
  const { scrapeMs } = prometheusSettings(files);
  return exportIntervals(files).metricsMs + scrapeMs;
}
