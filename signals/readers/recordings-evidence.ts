import { selectorsOf } from '../../core/promql/selectors-of.ts';
import type { Recording } from '../../core/record.ts';
import type { EvidenceRequest } from './evidence-request.ts';
import type { PrometheusReader } from './prometheus.ts';
import { selectors } from './promql-evidence.ts';

/**
 * The recording rules of the metrics that an expression reads, directly or through other recording rules, nearest
 * first.
 */
export async function recordingsBehind(
  prometheus: PrometheusReader,
  query: string,
  request: Pick<EvidenceRequest, 'fromMs' | 'toMs' | 'configured'>,
): Promise<Recording[]> {
  const loaded = await prometheus.recordings();
  const found: Recording[] = [];
  const seen = new Set<string>();
  const metricsOf = (expr: string) => selectorsOf(expr).map(({ metric }) => metric);
  for (let metrics = metricsOf(query); metrics.length > 0; ) {
    const behind = loaded.filter(({ name }) => metrics.includes(name) && !seen.has(name));
    for (const { name: metric, labels: _, index, ...rule } of behind) {
      seen.add(metric);
      const { file, group } = rule;
      const written = request.configured?.written({ file, group, index });
      found.push({
        metric,
        ...rule,
        selectors: await selectors(prometheus, rule.query, request),
        ...(written ? { written } : {}),
      });
    }
    metrics = behind.flatMap((rule) => metricsOf(rule.query));
  }
  return found;
}
