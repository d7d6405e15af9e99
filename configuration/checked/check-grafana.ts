import type { Problem } from '../../core/errors.ts';
import { Problems } from '../../core/problems.ts';
import { isProvisioned } from '../files/grafana-folders.ts';
import { yamlOf } from '../files/parse-yaml.ts';
import { Place } from '../files/place.ts';
import { requireYaml } from '../files/read-yaml.ts';
import { map, maps, text, type Yaml } from '../files/yaml.ts';
import { checkDashboard } from './check-dashboards.ts';
import { checkKeys } from './check-keys.ts';
import { checkContactPoints, checkPolicies, checkTemplates, definedIn } from './check-notifying.ts';
import { checkRules } from './check-rules.ts';
import { checkShapes } from './check-shapes.ts';
import { checkUnique } from './check-unique.ts';
import {
  checkExpansion,
  checkOrganizations,
  checkProviders,
  checkRuleValues,
  checkSettingValues,
} from './check-values.ts';
import { missing } from './strict-form.ts';

/**
 * What is wrong with Grafana's provisioning, as far as its files alone show it. Grafana has no tool that checks them:
 * of some faults it would die, of others only log a line and go on without a dashboard or an alert.
 *
 * @param files texts by path, e.g. `grafana/provisioning/alerting/rules.yaml`; others are passed over.
 * @param placeOf returns the location of a file, for messages.
 * @returns every fault of every file.
 */
export function checkGrafana(
  files: ReadonlyMap<string, string>,
  placeOf = (path: string) => new Place(path, files.get(path) ?? ''),
): readonly Problem[] {
  const problems = new Problems();
  const configs = new Map<string, Yaml>();
  const dashboards = new Map<string, string>();
  const unread: string[] = [];
  for (const [path, content] of files) {
    if (!path.startsWith('grafana/')) continue;
    if (!isProvisioned(path)) {
      if (path.endsWith('.json')) dashboards.set(path, content);
      continue;
    }
    const form = problems.read(() => requireYaml(path, content, placeOf(path)));
    if (form) configs.set(path, yamlOf(content));
    else unread.push(path);
  }
  const all = (key: string) => [...configs.values()].flatMap((config) => maps(config[key]));
  /** What names may be, unless a file that cannot be read may have others. */
  const unlessUnread = <T>(folder: string, names: T): T | undefined =>
    unread.some((path) => path.startsWith(`grafana/provisioning/${folder}/`)) ? undefined : names;
  const ofAlerting = (names: readonly string[]) => unlessUnread('alerting', new Set(names));
  const sources = all('datasources');
  const types = new Map(sources.map(({ uid, type }) => [String(uid), String(type)]));
  // Old dashboards name a data source by its name.
  const named = new Set(
    sources.flatMap(({ uid, name }) => [text(uid), text(name)]).filter((n) => n !== undefined),
  );
  const points = ofAlerting(all('contactPoints').map(({ name }) => String(name)));
  const muteTimes = ofAlerting(all('muteTimes').map(({ name }) => String(name)));
  const templates = ofAlerting([...configs.values()].flatMap(definedIn));
  for (const [path, config] of configs) {
    const place = placeOf(path);
    problems.add(
      ...checkShapes(place, config),
      ...checkKeys(path, place, config),
      ...checkRuleValues(place, config),
      ...checkSettingValues(place, config),
      ...checkExpansion(place, config),
      ...checkOrganizations(place, config),
      ...checkProviders(place, config),
      ...checkSources(place, config),
      ...checkContactPoints(place, config, templates),
      ...checkTemplates(place, config, templates),
      ...checkPolicies(place, config, points, muteTimes),
      ...checkRules(place, config, unlessUnread('datasources', types)),
    );
  }
  const parsed = [...configs, ...parsedDashboards(dashboards)];
  problems.add(...checkUnique(parsed.map(([path, config]) => [placeOf(path), config] as const)));
  if (all('groups').length > 0 && all('policies').length === 0 && ofAlerting([])) {
    problems.add({
      where: 'grafana/provisioning/alerting: policies',
      message:
        'there is none: Grafana would send every alert to its default contact point, an e-mail to nobody',
      hint: 'name a contact point of yours in a policy',
    });
  }
  for (const [path, json] of dashboards)
    problems.add(...checkDashboard(placeOf(path), json, unlessUnread('datasources', named)));
  return problems.all;
}

/** Those that are JSON; of the others it is told where they are checked. */
const parsedDashboards = (dashboards: ReadonlyMap<string, string>): [string, Yaml][] =>
  [...dashboards].flatMap(([file, json]) => {
    try {
      return [[file, map(JSON.parse(json))]];
    } catch {
      return [];
    }
  });

const checkSources = (file: Place, config: Yaml): Problem[] =>
  maps(config.datasources).flatMap((source, i) =>
    missing(file.to('datasources', i), source, ['name', 'type', 'uid'], {
      uid: 'rules and panels name a data source by its uid',
    }),
  );
