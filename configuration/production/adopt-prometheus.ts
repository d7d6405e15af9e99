import { posix } from 'node:path';
import { type Document, isMap, isSeq } from 'yaml';
import type { Path } from '../../core/path.ts';
import { mainPair, metaPair, type Pair } from '../files/pairs.ts';
import { orEmpty } from '../files/parse-yaml.ts';
import { type Place, type WrittenPart, wholeOf } from '../files/place.ts';
import { yamlText } from '../files/read-yaml.ts';
import { eachValue } from '../files/walk-yaml.ts';
import { list, map, maps, texts, type Yaml } from '../files/yaml.ts';
import { adoptConnection } from './adopt-connection.ts';
import { adoptJob, type JobContext } from './adopt-job.ts';
import { adoptRuleFile, makeRuleFiles, type RuleSet, ruleSetsIn } from './adopt-rules.ts';
import type { Adopting } from './adopting.ts';
import { markFiles, mayBeMain, takeMainFile } from './main-file.ts';
import { matchingFiles } from './matching-files.ts';
import { onlyResource } from './only-resource.ts';
import { jobsOf, type MadeJob } from './operator.ts';
import { filledIn, placeholdersIn, restoreActions } from './placeholders.ts';
import {
  type Additional,
  checkPrometheus,
  isSelected,
  mainFileOf,
  readAdditional,
} from './prometheus-resource.ts';
import { adoptRulePatterns, isMatched } from './rule-patterns.ts';
import type { ScrapedService } from './scraped-services.ts';
import { keepFirstDocuments, nameOf, takeResources, type Unpacked, unpack } from './unpack.ts';
import { isOwn } from './written-targets.ts';

/** Makes of Prometheus' files such as a drill can use. */
export function adoptPrometheus(adopting: Adopting, services: readonly ScrapedService[]): void {
  for (const pair of [mainPair, metaPair]) {
    if (adopting.pathsIn(pair.prometheus).length > 0) adoptPair(adopting, services, pair);
  }
}

function adoptPair(adopting: Adopting, services: readonly ScrapedService[], pair: Pair): void {
  const folder = pair.prometheus;
  const main = `${folder}/prometheus.yml`;
  leaveOutForeign(adopting, folder);
  const mains = adopting.pathsIn(folder).filter((path) => mayBeMain(path) && isNoRuleFile(adopting, path));
  const actions = markFiles(adopting, mains);
  const all = takeResources(adopting, folder);
  const prometheus = onlyResource(adopting, 'Prometheus', all);
  const additional = readAdditional(adopting, prometheus, all);
  const named = (path: string) => (/(^|\/)prometheus\.ya?ml(\.tmpl)?$/.test(path) ? main : path);
  const resources = unpack(adopting, all, named, additional.isUsed);
  keepFirstDocuments(adopting, folder);
  if (!prometheus) takeMainFile(adopting, main, 'Prometheus', isMainFile);
  const values = unpackValues(adopting, folder, main);
  const jobs: MadeJob[] = [];
  const sets = [...resources, ...values].flatMap((one) => {
    if (!isSelected(adopting, one, prometheus, all)) return [];
    const made = jobsOf(one, services, adopting);
    if (made) jobs.push(...made);
    const found = made || isOfLoki(one) ? [] : ruleSetsIn(one.path, one.content, one.written);
    if (!made && found.length === 0 && one.kind !== 'Prometheus' && one.kind !== '')
      leaveOutResource(adopting, one);
    return found.filter((set) => isEnabled(adopting, set));
  });
  const hasMain = adopting.texts.has(main);
  if (prometheus) checkPrometheus(adopting, prometheus, hasMain);
  if (!hasMain && prometheus) {
    makeMainOf(adopting, main, prometheus, additional);
    const { scrapeConfigs } = additional;
    scrapeConfigs?.entries.forEach((job, i) => {
      const { written } = scrapeConfigs;
      jobs.push({ job, parts: [{ ...written, at: [], path: [...written.path, i] }] });
    });
  } else if (!hasMain) makeMain(adopting, main, pair, services);
  // A file that was made names no rule files.
  const plain = hasMain || prometheus ? [] : ruleFilesIn(adopting, folder);
  const made = makeRuleFiles(adopting, sets, (path) => isMatched(adopting, main, path));
  const context: JobContext = { adopting, services, folder, used: new Set() };
  fillActions(adopting, main, actions);
  mergeScrapeFiles(adopting, main, context);
  addJobs(adopting, main, jobs);
  adopting.change(main, (document, place) => adoptMain(document, place, pair, context));
  for (const path of context.used) adopting.remove(path);
  adoptRulePatterns(adopting, main, [...plain, ...made]);
  for (const path of adopting.pathsIn(folder)) {
    if (path !== main && /\.ya?ml$/.test(path)) adoptRuleFile(adopting, path);
  }
}

/** Actions in rule files are those of Prometheus itself. */
const isNoRuleFile = (adopting: Adopting, path: string): boolean =>
  !/^\s*["']?groups["']?:/m.test(adopting.texts.get(path) ?? '');

const ruleFilesIn = (adopting: Adopting, folder: string): string[] =>
  adopting
    .pathsIn(folder)
    .filter((path) => /\.ya?ml$/.test(path) && Array.isArray(orEmpty(adopting.texts.get(path)).groups));

/** Keys of Prometheus' file. */
const mainKeys = new Set(
  'global runtime alerting rule_files scrape_configs scrape_config_files storage tracing remote_write remote_read otlp'.split(
    ' ',
  ),
);
const isMainFile = (config: Yaml): boolean =>
  Object.keys(config).length > 0 && Object.keys(config).every((key) => mainKeys.has(key));

/** Settings whose values must have a form that cannot be made up. */
const ofForm = /(_interval|_timeout|_limit|^port|^sample_age_limit)$/;

/** Puts made-up values in the place of what another program fills in before Prometheus reads the file. */
function fillActions(adopting: Adopting, main: string, actions: ReadonlyMap<string, string>): void {
  if (actions.size === 0) return;
  adopting.change(main, (document, place) => {
    for (const { at, key, value } of eachValue(document.toJS())) {
      if (typeof value !== 'string' || restoreActions(value, actions) === value) continue;
      if (ofForm.test(key)) {
        document.setIn(at, restoreActions(value, actions));
        continue;
      }
      document.setIn(at, filledIn(value, '', key, value));
      // A target elsewhere is replaced as a whole.
      if (at.includes('targets')) continue;
      const written = placeholdersIn(value).map(({ text }) => restoreActions(text, actions));
      adopting.list(place.to(...at), {
        what: `a made-up value in the place of ${written.join(', ')}`,
        why: 'something fills it in before Prometheus reads the file',
      });
    }
  });
}

/** Files beside the configuration that Prometheus does not read as such. */
function leaveOutForeign(adopting: Adopting, folder: string): void {
  for (const path of adopting.pathsIn(folder)) {
    const config = /\.ya?ml$/.test(path) ? orEmpty(adopting.texts.get(path)) : {};
    const isUnitTest = Array.isArray(config.tests) && Array.isArray(config.rule_files);
    const isOfServer = 'tls_server_config' in config || 'basic_auth_users' in config;
    const isText = path.endsWith('.md');
    if (!isUnitTest && !isOfServer && !isText) continue;
    adopting.list(adopting.place(path), {
      what: 'left out',
      why: isUnitTest
        ? 'it holds unit tests for promtool'
        : isText
          ? 'it is no configuration'
          : 'a drill says itself how Prometheus is reached',
    });
    adopting.remove(path);
  }
}

/** Its rules are in the language of Loki, and Loki evaluates them. */
const isOfLoki = ({ content }: Unpacked): boolean => /^loki\.grafana\.com\//.test(String(content.apiVersion));

/** Whether the chart makes rules of the groups in its values. */
function isEnabled(adopting: Adopting, { disabledBy, written }: RuleSet): boolean {
  if (!disabledBy) return true;
  adopting.list(adopting.placeOf(written), {
    what: 'left out: these groups of rules',
    why: `the chart makes no rules of them: ${disabledBy.join('.')} is false`,
  });
  return false;
}

function leaveOutResource(adopting: Adopting, resource: Unpacked): void {
  const { kind, name, written } = resource;
  adopting.list(nameOf(adopting, written), {
    what: `left out: ${kind} ${name}`,
    why:
      kind === 'Probe'
        ? 'a prober is asked by a job of prometheus.yml in a drill'
        : isOfLoki(resource)
          ? 'Loki evaluates its rules, not Prometheus'
          : 'it is no configuration of Prometheus',
  });
}

/** Values of a Helm chart: they hold files (`serverFiles`), and groups of rules by other keys. */
function unpackValues(adopting: Adopting, folder: string, main: string): Unpacked[] {
  return adopting.pathsIn(folder).flatMap((path) => {
    if (path === main || !/\.ya?ml$/.test(path)) return [];
    const source = adopting.texts.get(path) ?? '';
    const data = orEmpty(source);
    if (Array.isArray(data.groups) || Object.keys(data).length === 0) return [];
    const written = { file: adopting.names.get(path) ?? path, text: source, path: [] };
    const { 'prometheus.yml': config, ...files } = map(data.serverFiles);
    const { serverFiles: _, ...others } = data;
    const part = (content: Yaml, own: string, at: Path): Unpacked => ({
      ...{ path: own, kind: '', name: '', namespace: undefined, labels: {}, content },
      written: { ...written, path: at },
    });
    const parts = [
      part(others, path, []),
      ...Object.entries(files).map(([name, content]) =>
        part(map(content), posix.join(posix.dirname(path), name), ['serverFiles', name]),
      ),
    ];
    const hasRules = parts.some((one) => ruleSetsIn(one.path, one.content, one.written).length > 0);
    if (!hasRules && config === undefined) return [];
    if (config !== undefined && adopting.isOwn(main))
      adopting.refuse(
        adopting.placeOf({ ...written, path: ['serverFiles', 'prometheus.yml'] }),
        `${adopting.place(main).file} is a prometheus.yml too, and Prometheus reads one`,
        'keep the one that production reads',
      );
    else if (config !== undefined && !adopting.texts.has(main)) {
      const { global } = map(data.server);
      adopting.put(main, yamlText({ ...(global ? { global } : {}), ...map(config) }), written.file, [
        { ...written, at: [], path: ['serverFiles', 'prometheus.yml'] },
        { ...written, at: ['global'], path: ['server', 'global'] },
      ]);
    }
    adopting.remove(path);
    return parts;
  });
}

/** The file that the operator makes of the resource. */
function makeMainOf(adopting: Adopting, main: string, prometheus: Unpacked, additional: Additional): void {
  const place = nameOf(adopting, prometheus.written);
  const { config, parts } = mainFileOf(prometheus, additional);
  adopting.put(main, yamlText(config), place.file, parts);
  adopting.list(place, {
    what: 'made prometheus.yml',
    why: `this is what the operator makes of ${prometheus.name}, as far as a drill has it`,
  });
  if (config.alerting === undefined)
    adopting.list(place, {
      what: 'no Alertmanager gets its alerts',
      why: `spec.alerting of ${prometheus.name} names none`,
    });
}

/** A file with the operator's own defaults where there are rules or monitors alone. */
function makeMain(
  adopting: Adopting,
  main: string,
  { alertmanager }: Pair,
  services: readonly ScrapedService[],
): void {
  const hasAlertmanager = services.some(({ pods }) => pods.includes(alertmanager));
  const text = yamlText({
    global: { scrape_interval: '30s', evaluation_interval: '30s' },
    ...(hasAlertmanager && {
      alerting: { alertmanagers: [{ static_configs: [{ targets: [`${alertmanager}:9093`] }] }] },
    }),
  });
  adopting.put(main, text, main, [wholeOf(main, text)]);
  adopting.list(adopting.place(main), {
    what: 'made prometheus.yml',
    why: 'there is none: intervals are those of the operator, 30s',
  });
}

/** Puts the jobs of `scrape_config_files` into the file that names them. */
function mergeScrapeFiles(adopting: Adopting, main: string, { used }: JobContext): void {
  const config = orEmpty(adopting.texts.get(main));
  if (config.scrape_config_files === undefined || !adopting.isOwn(main)) return;
  const folder = posix.dirname(main);
  const paths = list(config.scrape_config_files).flatMap((pattern, i) => {
    const found = matchingFiles(String(pattern), folder, adopting.pathsIn(folder))?.paths ?? [];
    adopting.list(adopting.place(main).to('scrape_config_files', i), {
      what:
        found.length > 0
          ? `replaced by the jobs of ${found.map((path) => posix.basename(path)).join(', ')}`
          : 'left out',
      why: found.length > 0 ? 'a drill replaces the targets of all jobs' : 'it matches no file of the drill',
    });
    return found;
  });
  adopting.change(main, (document) => {
    document.delete('scrape_config_files');
  });
  for (const path of new Set(paths)) {
    const text = adopting.texts.get(path) ?? '';
    const file = adopting.names.get(path) ?? path;
    const written = { file, text, path: [] };
    const jobs = maps(orEmpty(text).scrape_configs).map(
      (job, i): MadeJob => ({
        job,
        parts: [{ ...written, at: [], path: ['scrape_configs', i] }],
      }),
    );
    addJobs(adopting, main, jobs);
    used.add(path);
  }
}

function addJobs(adopting: Adopting, main: string, jobs: readonly MadeJob[]): void {
  if (jobs.length === 0) return;
  adopting.extend(main, (document): WrittenPart[] => {
    if (!isSeq(document.get('scrape_configs'))) document.set('scrape_configs', document.createNode([]));
    const all = document.get('scrape_configs');
    if (!isSeq(all)) return [];
    return jobs.flatMap(({ job, parts }) => {
      const at = ['scrape_configs', all.items.length];
      all.add(document.createNode(job));
      return parts.map((part) => ({ ...part, at: [...at, ...part.at] }));
    });
  });
}

/** Settings of Prometheus that a drill leaves out, and why. */
const leftOut: Readonly<Record<string, string>> = {
  remote_write: 'samples of a drill go to no other store',
  remote_read: 'a drill reads the samples of its own Prometheus only',
  tracing: 'traces of Prometheus itself would leave the stack',
};

/** Of `storage`, what decides which samples there are. */
const keptOfStorage = ['out_of_order_time_window'];

function adoptMain(document: Document, place: Place, pair: Pair, context: JobContext): void {
  const { adopting } = context;
  const config: Yaml = map(document.toJS());
  const leaveOut = (why: string, ...at: (string | number)[]) => {
    if (!document.hasIn(at)) return;
    document.deleteIn(at);
    adopting.list(place.to(...at), { what: 'left out', why });
  };
  for (const [key, why] of Object.entries(leftOut)) leaveOut(why, key);
  for (const key of ['query_log_file', 'scrape_failure_log_file'])
    leaveOut('a drill writes no files of production', 'global', key);
  for (const key of Object.keys(map(map(config.storage).tsdb)))
    if (!keptOfStorage.includes(key))
      leaveOut('the store of a drill lasts as long as the drill', 'storage', 'tsdb', key);
  fillVariables(document, place, adopting, texts(map(config.global).external_labels));
  adoptAlertmanagers(document, place, pair, context, maps(map(config.alerting).alertmanagers));
  maps(config.scrape_configs).forEach((_, i) => {
    adoptJob(document, ['scrape_configs', i], place.to('scrape_configs', i), context);
  });
}

/** Prometheus fills variables of its environment into the external labels, and a drill has none of production's. */
function fillVariables(
  document: Document,
  place: Place,
  adopting: Adopting,
  labels: Readonly<Record<string, string>>,
): void {
  for (const [name, value] of Object.entries(labels)) {
    const filled = value.replace(/\$(?:\$|\{(\w+)\}|(\w+))/g, (whole, braced?: string, plain?: string) =>
      whole === '$$' ? whole : (braced ?? plain ?? '').toLowerCase(),
    );
    if (filled === value) continue;
    document.setIn(['global', 'external_labels', name], filled);
    adopting.list(place.to('global', 'external_labels', name), {
      what: `replaced by ${filled}`,
      why: 'a drill has no variables of production: the name of the variable stands for its value',
    });
  }
}

/** Leads alerts to the Alertmanager of the drill. */
function adoptAlertmanagers(
  document: Document,
  place: Place,
  { alertmanager }: Pair,
  context: JobContext,
  managers: readonly Yaml[],
): void {
  const { adopting, services } = context;
  const own = `${alertmanager}:9093`;
  const hasOwn = services.some(({ pods }) => pods.includes(alertmanager));
  const at = (i: number) => ['alerting', 'alertmanagers', i];
  const isForeign = (manager: Yaml) =>
    Object.keys(manager).some((key) => key.endsWith('_sd_configs')) ||
    maps(manager.static_configs).some(({ targets }) =>
      list(targets).some(
        (target) =>
          !isOwn(services, String(target)) && !/^(localhost|127\.0\.0\.1):9093$/.test(String(target)),
      ),
    );
  const [first, ...others] = managers.flatMap((manager, i) => (isForeign(manager) ? [i] : []));
  if (first === undefined) return;
  const hasKept = managers.some((manager) => !isForeign(manager));
  const removed = hasOwn && !hasKept ? others : [first, ...others];
  for (const i of removed) {
    adopting.list(place.to(...at(i)), {
      what: 'left out',
      why: hasOwn ? 'a drill has one Alertmanager' : 'the system of the drill has no Alertmanager',
    });
  }
  if (!removed.includes(first)) {
    const node = document.getIn(at(first));
    if (isMap(node)) {
      const written = map(node.toJS(document));
      adopting.list(place.to(...at(first)), {
        what: `replaced by ${own}`,
        why: 'it is the Alertmanager of the drill',
      });
      for (const key of Object.keys(written))
        if (
          /_sd_configs$|^(scheme|path_prefix|relabel_configs|static_configs|tls_config|authorization|basic_auth|bearer_token.*|http_headers)$/.test(
            key,
          )
        )
          node.delete(key);
      adoptConnection(node, map(node.toJS(document)), place.to(...at(first)), context, true);
      node.set('static_configs', document.createNode([{ targets: [own] }]));
    }
  }
  for (const i of removed.toReversed()) document.deleteIn(at(i));
}
