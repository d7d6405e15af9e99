import { posix } from 'node:path';
import type { ReadFiles } from './folder-readers.ts';
import { orEmpty } from './parse-yaml.ts';
import { map, maps, text } from './yaml.ts';

const root = 'grafana/provisioning';
/** What this Grafana looks into; it reads no file below these folders, but for dashboards. */
const kinds: Readonly<Record<string, RegExp>> = {
  alerting: /\.(ya?ml|json)$/,
  datasources: /\.ya?ml$/,
  dashboards: /\.ya?ml$/,
  plugins: /\.ya?ml$/,
};

/** Whether Grafana takes a file for one of its provisioning; a `.json` is a dashboard anywhere but among the alerts. */
export const isProvisioned = (file: string): boolean =>
  /\.ya?ml$/.test(file) || /^grafana\/provisioning\/alerting\/.*\.json$/.test(file);

/** Which files Grafana reads: its provisioning, and the dashboards in the folders that its providers name. */
export function grafanaFiles(files: ReadonlyMap<string, string>): ReadFiles {
  const folders = dashboardFolders(files);
  return {
    reads: (path) => {
      if (path.endsWith('.json') && folders.some((folder) => path.startsWith(`${folder}/`))) return true;
      const [kind = '', file, ...deeper] = path.startsWith(`${root}/`)
        ? path.slice(root.length + 1).split('/')
        : [];
      return file !== undefined && deeper.length === 0 && kinds[kind]?.test(file) === true;
    },
    told: `Grafana reads *.yaml and *.yml directly in ${Object.keys(kinds)
      .map((kind) => `${root}/${kind}/`)
      .join(
        ', ',
      )}, *.json too in alerting/, and dashboards as *.json below ${folders.map((folder) => `${folder}/`).join(', ') || 'no folder, since no provider names one'}`,
  };
}

/** The folders of the providers of dashboards, as far as they are of the configuration. */
function dashboardFolders(files: ReadonlyMap<string, string>): string[] {
  return [...files].flatMap(([path, content]) => {
    if (!/^grafana\/provisioning\/dashboards\/[^/]+\.ya?ml$/.test(path)) return [];
    return maps(orEmpty(content).providers).flatMap(({ options }) => {
      const { path: named, folder } = map(options);
      const given = text(named) ?? text(folder);
      const within = given?.replace(/^\$(GF_PATHS_PROVISIONING|\{GF_PATHS_PROVISIONING\})/, root);
      return within?.startsWith(root) ? [posix.normalize(within).replace(/\/$/, '')] : [];
    });
  });
}
