import { posix } from 'node:path';
import { isMap } from 'yaml';
import type { Path } from '../../core/path.ts';
import { orEmpty } from '../files/parse-yaml.ts';
import type { Written } from '../files/place.ts';
import { yamlText } from '../files/read-yaml.ts';
import { map, maps, type Yaml } from '../files/yaml.ts';
import type { Adopting } from './adopting.ts';

/** Groups of rules in a document that is no rule file, such as a PrometheusRule. */
export interface RuleSet {
  /** Path of the file in the configuration. */
  readonly path: string;
  readonly groups: readonly Yaml[];
  /** Where the list of groups is written. */
  readonly written: Written;
  /** The key, such as `enabled`, by which values of a chart turn the groups off. */
  readonly disabledBy?: Path;
}

/**
 * The groups of rules anywhere in a document: a PrometheusRule has them below `spec`, values of a Helm chart below the name
 * of a file, and Mimir's ruler below a namespace.
 */
export function ruleSetsIn(path: string, data: Yaml, written: Written): RuleSet[] {
  const found: RuleSet[] = [];
  const visit = (value: unknown, at: Path, above?: Path): void => {
    if (isGroups(value)) {
      found.push({
        ...{ path, groups: maps(value), written: { ...written, path: [...written.path, ...at] } },
        ...(above && { disabledBy: above }),
      });
      return;
    }
    const switchedOff = switches.find((key) => map(value)[key] === false);
    const disabledBy = switchedOff === undefined ? above : [...written.path, ...at, switchedOff];
    const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(map(value));
    for (const [key, inner] of entries) visit(inner, [...at, key], disabledBy);
  };
  visit(data, []);
  return found;
}

/** Keys by which values of a chart turn off what stands beside them. */
const switches = ['enabled', 'create'];

const isGroups = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length > 0 &&
  maps(value).every(({ name, rules }) => name !== undefined && Array.isArray(rules));

/** Makes a rule file of each set. @returns their paths. */
export function makeRuleFiles(
  adopting: Adopting,
  sets: readonly RuleSet[],
  isRead: (path: string) => boolean,
): string[] {
  return sets.map(({ path, groups, written }) => {
    const made = freePath(adopting, path, isRead);
    const text = yamlText({ groups: groups.map(withoutEmpty) });
    adopting.put(made, text, written.file, [
      { ...written, at: [], path: written.path.slice(0, -1) },
      { ...written, at: ['groups'] },
    ]);
    return made;
  });
}

/** Resources have empty texts where a file would have nothing. */
const withoutEmpty = (group: Yaml): Yaml =>
  Object.fromEntries(
    Object.entries(group)
      .filter(([, value]) => value !== '' && value !== null)
      .map(([key, value]) => [key, key === 'rules' ? maps(value).map(withoutEmptyRule) : value]),
  );
const withoutEmptyRule = (rule: Yaml): Yaml =>
  Object.fromEntries(
    Object.entries(rule).filter(
      ([key, value]) => value !== null && (value !== '' || !['for', 'keep_firing_for'].includes(key)),
    ),
  );

/** A path at which there is no file, if possible one that is read. */
function freePath(adopting: Adopting, path: string, isRead: (path: string) => boolean): string {
  const stem = path.replace(/\.\w+$/, '');
  for (let number = 1; ; number++) {
    const named = number === 1 ? stem : `${stem}-${number}`;
    const endings = /\.ya?ml$/.test(path) ? [posix.extname(path), '.yml', '.yaml'] : ['.yml', '.yaml'];
    const free = endings.map((ending) => `${named}${ending}`).filter((one) => !adopting.texts.has(one));
    if (free.length < endings.length) continue;
    return free.find(isRead) ?? free[0] ?? path;
  }
}

/** Keys of groups and of files that other programs than Prometheus know, and what becomes of them. */
const ofOthers: Readonly<Record<string, string>> = {
  source_tenants: 'a drill has no tenants',
  align_evaluation_time_on_interval: 'Prometheus does not know it: it evaluates a group at a time of its own',
  partial_response_strategy: 'a drill asks one Prometheus, whose responses are whole',
  remote_write: 'samples of a drill go to no other store',
  rwrulegroups: 'samples of a drill go to no other store',
  concurrency: 'Prometheus does not know it: it evaluates the rules of a group one after the other',
  eval_alignment: 'Prometheus does not know it: it evaluates a group at a time of its own',
  eval_offset: 'Prometheus does not know it: it evaluates a group at a time of its own',
};

/** Makes Prometheus' own form of a rule file of Mimir, Loki, Thanos or VictoriaMetrics. */
export function adoptRuleFile(adopting: Adopting, path: string): void {
  const config = orEmpty(adopting.texts.get(path));
  const groups = maps(config.groups);
  const foreign = [...Object.keys(ofOthers), 'evaluation_delay', 'eval_delay'];
  const has = groups.some((group) => foreign.some((key) => key in group));
  if (!has && config.namespace === undefined) return;
  adopting.change(path, (document, place) => {
    if (config.namespace !== undefined && Array.isArray(config.groups)) {
      document.delete('namespace');
      adopting.list(place.to('namespace'), {
        what: 'left out',
        why: 'to Prometheus the name of the file is the namespace',
      });
    }
    groups.forEach((group, i) => {
      const node = document.getIn(['groups', i]);
      if (!isMap(node)) return;
      for (const [key, why] of Object.entries(ofOthers)) {
        if (!(key in group)) continue;
        node.delete(key);
        adopting.list(place.to('groups', i, key), { what: 'left out', why });
      }
      for (const key of ['evaluation_delay', 'eval_delay']) {
        if (!(key in group)) continue;
        node.delete(key);
        const own = group.query_offset === undefined;
        if (own) node.set('query_offset', group[key]);
        adopting.list(place.to('groups', i, key), {
          what: own ? 'replaced by query_offset' : 'left out',
          why: own ? 'this is how Prometheus calls it' : 'the group has a query_offset',
        });
      }
    });
  });
}
