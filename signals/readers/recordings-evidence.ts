import { selectorsOf } from '../../core/promql/selectors-of.ts';
import type { Recording } from '../../core/record.ts';
import type { Configured, EvidenceRequest, RulePlace } from './alert-evidence.ts';
import type { PrometheusReader } from './prometheus.ts';
import { selectors } from './promql-evidence.ts';

/** A recording rule, with its place in the files. */
export type RecordingFound = Recording & { readonly place: RulePlace };

/** Its expression, as used and as written. */
export const pacedRecording = ({ query, place }: RecordingFound, configured: Configured | undefined) => ({
  used: query,
  written: configured?.written(place)?.query,
});

/** The recording rules that make what an expression reads, directly or through others, nearest first. */
export async function recordingsBehind(
  prometheus: PrometheusReader,
  query: string,
  request: Pick<EvidenceRequest, 'fromMs' | 'toMs'>,
): Promise<RecordingFound[]> {
  const loaded = await prometheus.recordings();
  const found: RecordingFound[] = [];
  const seen = new Set<string>();
  const metricsOf = (expr: string) => selectorsOf(expr).map(({ metric }) => metric);
  for (let metrics = metricsOf(query); metrics.length > 0; ) {
    const behind = loaded.filter(({ name }) => metrics.includes(name) && !seen.has(name));
    for (const { name: metric, labels: _, index, ...rule } of behind) {
      seen.add(metric);
      const { file, group } = rule;
      found.push({
        metric,
        ...rule,
        selectors: await selectors(prometheus, rule.query, request),
        place: { file, group, index },
      });
    }
    metrics = behind.flatMap((rule) => metricsOf(rule.query));
  }
  return found;
}
