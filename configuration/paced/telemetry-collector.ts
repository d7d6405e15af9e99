import type { Files } from '../files/files.ts';
import { yamlOf } from '../files/parse-yaml.ts';
import { list, map, ms, type Yaml } from '../files/yaml.ts';

/** What a pipeline of a Collector is for. */
export type PipelineSignal = 'logs' | 'metrics';

/** From Loki's answer to the Collector until a query finds the line. */
export const lokiIngestMs = 100;

/**
 * The Collector that takes this signal from the services. A gateway that takes more than traces is the only one there
 * is; beside it there may be a sidecar's file that nobody reads.
 */
export function collectorOf(files: Files, signal: PipelineSignal): Yaml | undefined {
  const named = (name: string) =>
    [...files].filter(([path]) => new RegExp(`(^|/)${name}\\.ya?ml$`).test(path));
  for (const [, text] of [...named('gateway'), ...named('sidecar')]) {
    const config = yamlOf(text);
    if (map(map(config.service).pipelines)[signal] !== undefined) return config;
  }
  return undefined;
}

/** The batch processors of the pipeline; their default: https://github.com/open-telemetry/opentelemetry-collector/tree/main/processor/batchprocessor */
export function batchOf(collector: Yaml | undefined, signal: PipelineSignal): number {
  const { processors } = map(map(map(collector?.service).pipelines)[signal]);
  return list(processors)
    .map(String)
    .filter((name) => /^batch(?:\/|$)/.test(name))
    .reduce((sum, name) => sum + ms(map(map(collector?.processors)[name]).timeout, '200ms'), 0);
}
