import { posix } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { tryParse } from '../files/parse-yaml.ts';
import { type Place, type Written, wholeOf } from '../files/place.ts';
import { map, maps } from '../files/yaml.ts';
import type { Adopting } from './adopting.ts';
import { entriesOf, type Resource, resourcesIn } from './manifests.ts';

/** A resource with the path of its file in the configuration. */
export interface Unpacked extends Resource {
  readonly path: string;
}

/** The location of the name of a resource. */
export const nameOf = (adopting: Adopting, written: Written): Place =>
  adopting.placeOf(written).to('metadata', 'name');

/** Keys of which a file of Prometheus has at least one. */
const ownKeys = ['global', 'rule_files', 'scrape_configs', 'scrape_config_files', 'alerting', 'groups'];
/** Keys that files of other programs have too. */
const othersKeys = ['receivers', 'route', 'exporters', 'service', 'modules'];

/** Whether a text is a file of Prometheus, one of rules, or one of targets. */
function isOfPrometheus(content: string): boolean {
  const data = tryParse(content);
  if (Array.isArray(data)) return maps(data).every(({ targets }) => Array.isArray(targets));
  const keys = Object.keys(map(data));
  return keys.some((key) => ownKeys.includes(key)) && !keys.some((key) => othersKeys.includes(key));
}

/** Prometheus reads the first document of a file only. */
export function keepFirstDocuments(adopting: Adopting, folder: string): void {
  for (const path of adopting.pathsIn(folder)) {
    const source = adopting.texts.get(path) ?? '';
    const documents = /\.ya?ml$/.test(path) && /^---/m.test(source) ? parseAllDocuments(source) : [];
    if (!Array.isArray(documents) || documents.length < 2) continue;
    const [first, second] = documents;
    const end = first?.range[2] ?? source.length;
    const place = adopting.place(path);
    const line = source.slice(0, second?.contents?.range?.[0] ?? end).split('\n').length;
    adopting.list(place, {
      what: `left out: all from line ${line} on`,
      why: 'Prometheus reads the first document of a file only',
    });
    adopting.put(path, source.slice(0, end), place.file, [wholeOf(place.file, source.slice(0, end))]);
  }
}

/** Takes the resources of Kubernetes out of the files of a folder. Their files are gone. */
export function takeResources(adopting: Adopting, folder: string): Unpacked[] {
  const resources = adopting.pathsIn(folder).flatMap((path): Unpacked[] => {
    if (!/\.(ya?ml|json)$/.test(path)) return [];
    const found = resourcesIn(adopting.place(path).file, adopting.texts.get(path) ?? '');
    return found.map((resource) => ({ ...resource, path }));
  });
  for (const { path } of resources) adopting.remove(path);
  return resources;
}

/**
 * Makes files of what ConfigMaps and Secrets hold, as if they were mounted where the resource is.
 *
 * @param named the path of what a mount calls otherwise, e.g. `prometheus/prometheus.yml` of `prometheus.yaml`.
 * @param isUsed whether a key is used otherwise than as a file.
 * @returns the other resources.
 */
export function unpack(
  adopting: Adopting,
  resources: readonly Unpacked[],
  named: (path: string) => string,
  isUsed: (resource: Unpacked, key: string) => boolean,
): Unpacked[] {
  const sources = new Map<string, string>();
  return resources.flatMap((resource): Unpacked[] => {
    if (resource.kind !== 'ConfigMap' && resource.kind !== 'Secret') return [resource];
    const place = nameOf(adopting, resource.written);
    for (const { key, content, written } of entriesOf(resource)) {
      if (isUsed(resource, key)) continue;
      const title = `${key} of ${resource.kind} ${resource.name}`;
      if (!isOfPrometheus(content)) {
        adopting.list(place, { what: `left out: ${title}`, why: 'it is no configuration of Prometheus' });
        continue;
      }
      const target = named(posix.join(posix.dirname(resource.path), key));
      if (adopting.isOwn(target) && adopting.texts.get(target) !== content)
        adopting.refuse(
          place,
          `${title} and ${sources.get(target) ?? adopting.place(target).file} would be the same file ${target}`,
          /^[^/]+\/prometheus\.yml$/.test(target)
            ? 'keep the one that production reads'
            : 'keep the one that production reads, or put the resources into different folders if it reads both',
        );
      sources.set(target, `${title} (${place.line})`);
      adopting.put(target, content, resource.written.file, [{ ...written, at: [] }]);
    }
    return [];
  });
}
