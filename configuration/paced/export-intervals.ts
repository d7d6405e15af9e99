import type { Files } from '../files/files.ts';
import { parseEnv } from './configure-env.ts';
import { collectionOf, collectorOf } from './telemetry-collector.ts';

/** How often the services export what they tell, in milliseconds; by the SDK's defaults where their file is silent. */
export interface ExportIntervals {
  readonly metricsMs: number;
  readonly logsMs: number;
  readonly spansMs: number;
}

/**
 * From the environment file of the services, which stands by component or by folder of the configuration. Without one, and
 * without a Collector that takes metrics, Prometheus scrapes the services themselves, and no metric waits for an export.
 */
export function exportIntervals(files: Files): ExportIntervals {
  const [, text] = [...files].find(([path]) => path.endsWith('.env')) ?? [];
  const env = parseEnv(text ?? '');
  const collector = collectorOf(files, 'metrics');
  // A Collector without services that export, which have such a file, looks for itself.
  const unset = text === undefined && collector ? collectionOf(collector, 'metrics') : 60_000;
  const areExported = text !== undefined || collector !== undefined;
  return {
    metricsMs: areExported ? Number(env.OTEL_METRIC_EXPORT_INTERVAL ?? unset) : 0,
    logsMs: Number(env.OTEL_BLRP_SCHEDULE_DELAY ?? 1_000),
    spansMs: Number(env.OTEL_BSP_SCHEDULE_DELAY ?? 5_000),
  };
}
