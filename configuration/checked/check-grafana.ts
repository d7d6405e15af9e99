import type { Problem } from '../../core/errors.ts';
import { isProvisioned } from '../files/grafana-folders.ts';
import { documentOf, yamlOf } from '../files/parse-yaml.ts';
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

/**
 * What is wrong with Grafana's provisioning, as far as its files alone show it. Grafana has no tool that checks them:
 * of some faults it would die, of others only log a line and go on without a dashboard or an alert.
 *
 * @param files texts by path, e.g. `grafana/provisioning/alerting/rules.yaml`; others are passed over.
 * @returns every fault of every file.
 */
export function checkGrafana(files: ReadonlyMap<string, string>): Problem[] {
  const problems: Problem[] = [];
  const configs = new Map<string, Yaml>();
  const dashboards = new Map<string, string>();
  for (const [file, content] of files) {
    if (!file.startsWith('grafana/')) continue;
    if (!isProvisioned(file)) {
      if (file.endsWith('.json')) dashboards.set(file, content);
      continue;
    }
    const { errors } = documentOf(content);
    problems.push(
      ...errors.map(({ message, linePos }) => ({
        where: `${file}:${linePos?.[0].line ?? 1}`,
        message: message.split(' at line ')[0] ?? message,
      })),
    );
    if (errors.length === 0) configs.set(file, yamlOf(content));
  }
  const all = (key: string) => [...configs.values()].flatMap((config) => maps(config[key]));
  const sources = all('datasources');
  const types = new Map(sources.map(({ uid, type }) => [String(uid), String(type)]));
  // Old dashboards name a data source by its name.
  const named = new Set(
    sources.flatMap(({ uid, name }) => [text(uid), text(name)]).filter((n) => n !== undefined),
  );
  const points = new Set(all('contactPoints').map(({ name }) => String(name)));
  const muteTimes = new Set(all('muteTimes').map(({ name }) => String(name)));
  const templates = new Set([...configs.values()].flatMap(definedIn));
  for (const [file, config] of configs) {
    problems.push(
      ...checkShapes(file, config),
      ...checkKeys(file, config),
      ...checkRuleValues(file, config),
      ...checkSettingValues(file, config),
      ...checkExpansion(file, config),
      ...checkOrganizations(file, config),
      ...checkProviders(file, config),
      ...checkSources(file, config),
      ...checkContactPoints(file, config, templates),
      ...checkTemplates(file, config, templates),
      ...checkPolicies(file, config, points, muteTimes),
      ...checkRules(file, config, types),
    );
  }
  problems.push(...checkUnique(new Map([...configs, ...parsedDashboards(dashboards)])));
  if (all('groups').length > 0 && all('policies').length === 0) {
    problems.push({
      where: 'grafana/provisioning/alerting: policies',
      message:
        'there is none: Grafana would send every alert to its default contact point, an e-mail to nobody',
      hint: 'name a contact point of yours in a policy',
    });
  }
  for (const [file, json] of dashboards) problems.push(...checkDashboard(file, json, named));
  return problems;
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

const checkSources = (file: string, config: Yaml): Problem[] =>
  maps(config.datasources).flatMap((source, i) =>
    ['name', 'type', 'uid']
      .filter((key) => !text(source[key]))
      .map((key) => ({
        where: `${file}: datasources[${i}].${key}`,
        message: 'is missing',
        ...(key === 'uid' ? { hint: 'rules and panels name a data source by its uid' } : {}),
      })),
  );
