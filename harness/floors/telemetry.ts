import type { FloorInputs } from '../../assertions/floor.ts';
import type { Telemetry } from '../../core/scenario.ts';
import { parseEnv } from '../../stacks/configure.ts';
import type { UsedFiles } from '../floors.ts';
import { scrapeIntervalMs } from './prometheus-rules.ts';
import { map, ms, parsed, type Yaml } from './yaml.ts';

type OfTelemetry = Pick<FloorInputs, 'exportIntervalMs' | 'expiryMs' | 'batchMs' | 'scrapeMs' | 'ingestMs'>;

/** From Loki's answer to the Collector until a query finds the line. */
const lokiIngestMs = 100;

/** By what a rule knows of the fault: its way may be another one than that of the scenario's telemetry. */
export type Signal = Telemetry['signal'] | 'scrape';

/** How long what a service tells takes until it can be asked for. */
export function telemetryInputs(files: UsedFiles, signal: Signal): OfTelemetry {
  if (signal === 'scrape') {
    return { exportIntervalMs: 0, batchMs: 0, scrapeMs: scrapeIntervalMs(files), ingestMs: 0 };
  }
  const env = envOf(files);
  const collector = collectorOf(files, signal === 'log' ? 'logs' : 'metrics');
  const batchMs = batchOf(collector);
  if (signal === 'log') {
    const exportIntervalMs = Number(env.OTEL_BLRP_SCHEDULE_DELAY ?? 1_000);
    return { exportIntervalMs, batchMs, scrapeMs: 0, ingestMs: lokiIngestMs };
  }
  return {
    exportIntervalMs: Number(env.OTEL_METRIC_EXPORT_INTERVAL ?? 60_000),
    batchMs,
    scrapeMs: scrapeIntervalMs(files),
    ingestMs: 0,
    ...(signal === 'absence' ? { expiryMs: expiryOf(collector) } : {}),
  };
}

/** Environment of the services, by component or by folder of the configuration. */
function envOf(files: UsedFiles): Record<string, string> {
  const text = [...files].find(([path]) => /^(storefront|app)\/.*\.env$/.test(path))?.[1];
  return parseEnv(text ?? '');
}

/**
 * The Collector that takes this signal from the services. A gateway that takes more than traces is the only one there
 * is; beside it there may be a sidecar's file that nobody reads.
 */
function collectorOf(files: UsedFiles, signal: 'logs' | 'metrics'): Yaml | undefined {
  const named = (name: string) =>
    [...files].filter(([path]) => new RegExp(`(^|/)${name}\\.ya?ml$`).test(path));
  for (const [, text] of [...named('gateway'), ...named('sidecar')]) {
    const config = parsed(text);
    if (map(map(config.service).pipelines)[signal] !== undefined) return config;
  }
  return undefined;
}

function batchOf(collector: Yaml | undefined): number {
  // The batch processor's own default; https://github.com/open-telemetry/opentelemetry-collector/tree/main/processor/batchprocessor
  return collector === undefined ? 0 : ms(map(map(collector.processors).batch).timeout, '200ms');
}

/** The exporter's own default is five minutes: https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/exporter/prometheusexporter */
const expiryOf = (collector: Yaml | undefined): number =>
  ms(map(map(collector?.exporters).prometheus).metric_expiration, '5m');
