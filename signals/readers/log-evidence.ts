import type { Selector } from '../../core/record.ts';
import type { EvidenceRequest } from './alert-evidence.ts';
import { aggregationsOf } from './logql.ts';
import type { LokiReader } from './loki.ts';

/** Every stream has it: Loki makes up a name for who sends none. */
const everyStream = '{service_name=~".+"}';
const someStreams = 20;

/**
 * The log queries of a LogQL expression, with what answers to them.
 *
 * @param tenant as whom Grafana asks; when that finds nothing, the reader's own tenant is asked as well.
 */
export async function logSelectors(
  loki: LokiReader,
  tenant: string,
  expr: string,
  request: Pick<EvidenceRequest, 'fromMs' | 'toMs'>,
): Promise<Selector[]> {
  const each = new Map(aggregationsOf(expr).map((one) => [one.logs, one]));
  const asked = loki.as(tenant);
  const { fromMs, toMs } = request;
  const found: Selector[] = [];
  for (const { logs, selector } of each.values()) {
    const matched = await asked.seriesOf(selector, fromMs, toMs);
    const lines = await asked.count(logs, fromMs, toMs);
    const others = matched.length > 0 ? matched : await asked.seriesOf(everyStream, fromMs, toMs);
    const elsewhere = lines === 0 && tenant !== loki.tenant && (await loki.count(logs, fromMs, toMs)) > 0;
    found.push({
      text: logs,
      metric: '',
      series: lines === 0 ? 0 : matched.length,
      nearest: elsewhere ? [loki.tenant] : [],
      labelsFound: others.slice(0, someStreams),
      tenant,
    });
  }
  return found;
}
