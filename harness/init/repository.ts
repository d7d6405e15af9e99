import { glob, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { type ReadService, readServices } from '../../configuration/compose/read-service.ts';
import { Place } from '../../configuration/files/place.ts';
import { map, maps, type Yaml } from '../../configuration/files/yaml.ts';

/** An alerting rule and the file that has it. */
export interface FoundAlert {
  readonly file: string;
  readonly rule: Yaml;
}

/** What a repository has that a drill can use. Paths are relative to its folder. */
export interface Repository {
  readonly composeFiles: readonly string[];
  readonly services: readonly ReadService[];
  readonly prometheusFiles: readonly string[];
  readonly ruleFiles: readonly string[];
  readonly alerts: readonly FoundAlert[];
  readonly alertmanagerFiles: readonly string[];
  /** The first of the Alertmanager files. */
  readonly alertmanager?: Yaml;
  readonly k6Scripts: readonly string[];
  /** Folder with prometheus/prometheus.yml and alertmanager/alertmanager.yml, as a drill reads them. */
  readonly monitoring?: string;
  /** The script `start` of package.json. */
  readonly hasStart: boolean;
}

const ignored = /(^|\/)(node_modules|\.git|\.firedrill|dist|vendor)(\/|$)/;
const maxBytes = 1024 * 1024;

/** Reads what is in a folder. Files that are too long or cannot be parsed are passed over. */
export async function readRepository(folder: string): Promise<Repository> {
  const yaml: { readonly file: string; readonly data: Yaml }[] = [];
  const k6Scripts: string[] = [];
  const exclude = (path: string) => ignored.test(path);
  for await (const file of glob('**/*.{yml,yaml,js,ts,mjs}', { cwd: folder, exclude })) {
    const path = join(folder, file);
    const { size } = await stat(path);
    if (size > maxBytes) continue;
    const text = await readFile(path, 'utf8');
    if (/\.ya?ml$/.test(file)) for (const data of documentsIn(text)) yaml.push({ file, data });
    else if (/from ['"]k6(\/[\w/]+)?['"]/.test(text)) k6Scripts.push(file);
  }
  yaml.sort((a, b) => a.file.localeCompare(b.file));
  const filesWith = (holds: (data: Yaml, file: string) => boolean) => [
    ...new Set(yaml.filter(({ file, data }) => holds(data, file)).map(({ file }) => file)),
  ];
  const isCompose = (data: Yaml, file: string) =>
    /(^|[./-])compose([.-]|$)/.test(basename(file)) && data.services !== undefined;
  const isAlertmanager = (data: Yaml) => data.route !== undefined && data.receivers !== undefined;
  const alertmanagerFiles = filesWith(isAlertmanager);
  const alertmanager = yaml.find(({ file }) => file === alertmanagerFiles[0])?.data;
  const prometheusFiles = filesWith((data) => data.scrape_configs !== undefined);
  const monitoring = prometheusFiles
    .filter((file) => basename(file) === 'prometheus.yml' && basename(dirname(file)) === 'prometheus')
    .map((file) => dirname(dirname(file)))
    .find((one) => alertmanagerFiles.includes(join(one, 'alertmanager', 'alertmanager.yml')));
  const started = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '{}');
  return {
    composeFiles: filesWith(isCompose),
    services: yaml
      .filter(({ file, data }) => isCompose(data, file))
      .flatMap(({ file, data }) => readServices(data, new Place(file, ''), {})),
    prometheusFiles,
    ruleFiles: filesWith((data) =>
      maps(data.groups).some((group) => maps(group.rules).some(isPrometheusRule)),
    ),
    alerts: yaml.flatMap(({ file, data }) =>
      maps(data.groups)
        .flatMap((group) =>
          maps(group.rules).map((rule) => ({
            ...rule,
            labels: { ...map(group.labels), ...map(rule.labels) },
          })),
        )
        .filter((rule: Yaml) => typeof rule.alert === 'string' && isPrometheusRule(rule))
        .map((rule) => ({ file, rule })),
    ),
    alertmanagerFiles,
    ...(alertmanager ? { alertmanager } : {}),
    k6Scripts: k6Scripts.sort(),
    ...(monitoring === undefined ? {} : { monitoring }),
    hasStart: hasStartScript(started),
  };
}

const isPrometheusRule = ({ expr }: Yaml): boolean => typeof expr === 'string' || typeof expr === 'number';

/** The maps in a file. */
function documentsIn(text: string): Yaml[] {
  try {
    return parseAllDocuments(text).flatMap((document) =>
      document.errors.length > 0 ? [] : [map(document.toJS())],
    );
  } catch {
    return [];
  }
}

function hasStartScript(text: string): boolean {
  try {
    return typeof map(map(JSON.parse(text)).scripts).start === 'string';
  } catch {
    return false;
  }
}
