import type { Files } from '../files/files.ts';
import { yamlOf } from '../files/parse-yaml.ts';
import { list, map, ms, type Yaml } from '../files/yaml.ts';

/** What a pipeline of a Collector is for. */
export type PipelineSignal = 'logs' | 'metrics';

/** From Loki's answer to the Collector until a query finds the line. */
export const lokiIngestMs = 100;

/** The files of Collectors. As used they stand by component, so that those of a user are known by what they say. */
export const collectorFiles = (files: Files): [path: string, config: Yaml][] =>
  [...files]
    .filter(([path, text]) => /\.ya?ml$/.test(path) && (ownName(path) || text.includes('pipelines')))
    .map(([path, text]) => [path, yamlOf(text)]);

/** Which of the project's Collectors a file is of. */
const ownName = (path: string): string | undefined => /(?:^|\/)(gateway|sidecar)\.ya?ml$/.exec(path)?.[1];

/**
 * The Collector that takes this signal from the services. A gateway that takes more than traces is the only one of the
 * project's; beside it there may be a sidecar's file that nobody reads. A Collector of the user comes after these.
 */
export function collectorOf(files: Files, signal: PipelineSignal): Yaml | undefined {
  const ranks: Readonly<Record<string, number>> = { gateway: 0, sidecar: 1 };
  const rank = (path: string) => ranks[ownName(path) ?? ''] ?? 2;
  const taking = collectorFiles(files).filter(
    ([, config]) => map(map(config.service).pipelines)[signal] !== undefined,
  );
  const [first] = taking.toSorted(([a], [b]) => rank(a) - rank(b));
  return first?.[1];
}

/**
 * How often the receivers of the pipeline that look for themselves, such as httpcheck, do so, in milliseconds. Their default:
 * https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/httpcheckreceiver
 */
export function collectionOf(collector: Yaml | undefined, signal: PipelineSignal): number {
  const { receivers } = map(map(map(collector?.service).pipelines)[signal]);
  const each = list(receivers).map(
    (name) => map(map(collector?.receivers)[String(name)]).collection_interval,
  );
  return Math.max(...each.map((interval) => ms(interval, '60s')), 0);
}

/** The batch processors of the pipeline; their default: https://github.com/open-telemetry/opentelemetry-collector/tree/main/processor/batchprocessor */
export function batchOf(collector: Yaml | undefined, signal: PipelineSignal): number {
  const { processors } = map(map(map(collector?.service).pipelines)[signal]);
  return list(processors)
    .map(String)
    .filter((name) => /^batch(?:\/|$)/.test(name))
    .reduce((sum, name) => sum + ms(map(map(collector?.processors)[name]).timeout, '200ms'), 0);
}
