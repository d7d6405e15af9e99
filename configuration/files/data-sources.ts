import { readable } from '../../core/errors.ts';
import { isProvisioned, list, map, type Yaml } from './grafana-files.ts';
import { readYaml } from './read-yaml.ts';
import type { UsedFiles } from './used-files.ts';

/** Grafana's data sources by their uids; none of a file that cannot be read, which is told where it is configured. */
export const dataSources = (files: UsedFiles): ReadonlyMap<string, Yaml> =>
  new Map(
    [...files].flatMap(([file, content]) => {
      if (!file.startsWith('grafana/provisioning/datasources/') || !isProvisioned(file)) return [];
      const document = readable(() => readYaml(file, content));
      return list(map(document?.toJS()).datasources)
        .map(map)
        .map((source) => [String(source.uid), source] as const);
    }),
  );
