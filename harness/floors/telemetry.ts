import type { Files } from '../../configuration/files/files.ts';
import { map, ms, type Yaml } from '../../configuration/files/yaml.ts';
import { exportIntervals } from '../../configuration/paced/export-intervals.ts';
import { batchOf, collectorOf, lokiIngestMs } from '../../configuration/paced/telemetry-collector.ts';
import { satisfies } from '../../configuration/routes/route-matcher.ts';
import { prometheusSettings } from '../../configuration/rules/prometheus-settings.ts';
import type { FloorInputs } from '../../core/floor-inputs.ts';
import { selectorsOf } from '../../core/promql/selectors-of.ts';
import type { Telemetry } from '../../core/scenario.ts';
import type { KnownSystem } from '../../systems/known-system.ts';

type OfTelemetry = Pick<FloorInputs, 'exportIntervalMs' | 'expiryMs' | 'batchMs' | 'scrapeMs' | 'ingestMs'>;

/** By what a rule knows of the fault: its way may be another one than that of the scenario's telemetry. */
export type Signal = Telemetry['signal'] | 'scrape';

/** What tells which job scrapes it: the configuration as written, which names pods, the rule, and the system. */
interface Scraped {
  readonly written: Files;
  readonly expr: string;
  readonly known: Pick<KnownSystem, 'entry' | 'measured'> | undefined;
}

/** How long what a service tells takes until it can be asked for. */
export function telemetryInputs(files: Files, signal: Signal, scraped: Scraped): OfTelemetry {
  if (signal === 'scrape') {
    return { exportIntervalMs: 0, batchMs: 0, scrapeMs: scrapeOf(files, scraped, true), ingestMs: 0 };
  }
  const { metricsMs, logsMs, spansMs } = exportIntervals(files);
  const collector = collectorOf(files, signal === 'log' ? 'logs' : 'metrics');
  const batchMs = batchOf(collector, signal === 'log' ? 'logs' : 'metrics');
  if (signal === 'log') {
    return { exportIntervalMs: logsMs, batchMs, scrapeMs: 0, ingestMs: lokiIngestMs };
  }
  return {
    exportIntervalMs: Math.max(
      metricsMs,
      ...spanMetricsRead(collector, scraped.expr).map((flushMs) => spansMs + flushMs),
    ),
    batchMs,
    scrapeMs: scrapeOf(files, scraped, false),
    ingestMs: 0,
    ...(signal === 'absence' ? { expiryMs: expiryOf(collector) } : {}),
  };
}

/**
 * The flush intervals of the connectors that make metrics of spans which an expression reads. Their defaults:
 * https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/connector/spanmetricsconnector
 */
function spanMetricsRead(collector: Yaml | undefined, expr: string): number[] {
  return Object.entries(map(collector?.connectors)).flatMap(([name, settings]) => {
    if (!/^spanmetrics(?:\/|$)/.test(name)) return [];
    const { namespace = 'traces.span.metrics', metrics_flush_interval: flush } = map(settings);
    const prefix = `${String(namespace).replace(/\W/g, '_')}_`;
    const isRead = selectorsOf(expr).some(({ metric }) => metric.includes(prefix));
    return isRead ? [ms(flush, '60s')] : [];
  });
}

/**
 * The scrape interval of the job that scrapes what the rule reads: a job's own, or that of all. Of several jobs it is the
 * longest.
 */
function scrapeOf(files: Files, { written, expr, known }: Scraped, byName: boolean): number {
  const { jobs, scrapeMs: all } = prometheusSettings(files);
  const asWritten = prometheusSettings(written).jobs;
  const each = jobs.map((job, i) => ({ ...job, pods: asWritten[i]?.targets ?? [] }));
  const wanted = selectorsOf(expr).flatMap(({ matchers }) => matchers.filter(({ label }) => label === 'job'));
  const named = each.filter(
    ({ name }) => byName && wanted.every((matcher) => satisfies({ job: name }, matcher)),
  );
  // Metrics of services are scraped at their pods, or at the central Collector.
  const { entry, measured = [] } = known ?? {};
  const atPodsOf = (names: readonly string[]) =>
    each.filter(({ pods }) => pods.some((pod) => [...names, 'gateway'].some((name) => pod.startsWith(name))));
  const entries = atPodsOf(entry ? [entry.service] : []);
  const services = atPodsOf(measured);
  const isOfInner = wanted.some(
    ({ operator, value }) => operator === '=' && value !== entry?.service && measured.includes(value),
  );
  const [found = each] = [named, isOfInner ? services : entries, services].filter((some) => some.length > 0);
  return Math.max(0, ...found.map(({ scrapeMs }) => scrapeMs)) || all;
}

/** The exporter's own default is five minutes: https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/exporter/prometheusexporter */
function expiryOf(collector: Yaml | undefined): number {
  const { exporters } = map(map(map(collector?.service).pipelines).metrics);
  const expiries = (Array.isArray(exporters) ? exporters.map(String) : [])
    .filter((name) => /^prometheus(?:\/|$)/.test(name))
    .map((name) => ms(map(map(collector?.exporters)[name]).metric_expiration, '5m'));
  return expiries.length > 0 ? Math.max(...expiries) : ms('5m');
}
