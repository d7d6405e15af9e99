import { exportIntervals } from '../../configuration/paced/export-intervals.ts';
import { batchOf, collectorOf } from '../../configuration/paced/telemetry-collector.ts';
import { placedRules } from '../../configuration/rules/prometheus-rules.ts';
import { prometheusSettings } from '../../configuration/rules/prometheus-settings.ts';
import { paced } from '../../core/pace.ts';
import { remoteWriter } from '../../signals/writers/remote-write.ts';
import { ruleReadsOf } from '../history/rule-reads.ts';
import { minSteadySamples, writeHistory } from '../history/write-history.ts';
import type { RunningDrill } from '../running-drill.ts';
import type { LimitInputs } from './phase.ts';

/** For a busy machine, and for writing and counting the samples. Milliseconds. */
const marginMs = 30_000;

/** The wait for enough samples under load, and for recording rules to follow. 0 without a history. */
export function historyWithinMs({ scenario, files }: Pick<LimitInputs, 'scenario' | 'files'>): number {
  if (scenario.load.history === undefined) return 0;
  const { scrapeMs, jobs } = prometheusSettings(files);
  const intervals = [
    ...jobs.map((job) => job.scrapeMs),
    ...placedRules(files).map((rule) => rule.evaluationMs),
  ];
  return 3 * minSteadySamples * Math.max(scrapeMs, ...intervals) + marginMs;
}

/**
 * Gives Prometheus the past that the scenario asks for, once the load has run for the warm-up. A reused stack has it
 * already.
 */
export async function giveHistory(drill: RunningDrill, withinMs: number): Promise<void> {
  const { options, stack, recorder, prometheus, signal, before } = drill;
  const { scenario, pace, tell } = options;
  const { history, warmUp, pastFailures } = scenario.load;
  if (history === undefined || before) return;
  const { record } = recorder;
  const { files } = stack;
  const written = await writeHistory(
    {
      prometheus,
      writer: remoteWriter(stack.url('prometheus', 9090), signal),
      signal,
      onNotMet: (saw) => recorder.saw(saw),
    },
    {
      reads: ruleReadsOf(files),
      lengthMs: paced(history, pace),
      ...(pastFailures ? { pastFailures } : {}),
      liveFrom: record.startedAt,
      loadFrom: Date.now() - paced(warmUp, pace),
      exportMs: exportIntervals(files).metricsMs + batchOf(collectorOf(files, 'metrics'), 'metrics'),
    },
    withinMs,
  );
  record.history = written;
  const { series, samples } = written;
  tell({ type: 'note', message: `history of ${history}: ${samples} samples of ${series} series written` });
}
