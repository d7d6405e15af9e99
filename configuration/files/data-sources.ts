import type { Files } from './files.ts';
import { isProvisioned } from './grafana-folders.ts';
import { orEmpty } from './parse-yaml.ts';
import { maps, type Yaml } from './yaml.ts';

/** Grafana's data sources by their uids; none of a file that cannot be read, which is told where it is configured. */
export const dataSources = (files: Files): ReadonlyMap<string, Yaml> =>
  new Map(
    [...files].flatMap(([file, content]) =>
      file.startsWith('grafana/provisioning/datasources/') && isProvisioned(file)
        ? maps(orEmpty(content).datasources).map((source) => [String(source.uid), source] as const)
        : [],
    ),
  );
