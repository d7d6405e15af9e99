import { stringify } from 'yaml';
import type { Files } from '../../configuration/files/files.ts';
import { map, maps, type Yaml } from '../../configuration/files/yaml.ts';
import { escaped, provisioningOf } from '../../configuration/production/grafana-exports.ts';
import { groupsOf } from '../../configuration/rules/grafana-rules.ts';
import type { WrittenRule } from '../../configuration/rules/rule.ts';
import { broken } from '../../core/errors.ts';
import type { GrafanaConfiguration } from '../../signals/readers/grafana.ts';

const root = 'grafana/provisioning';

/** What a rule needs of its data source. Where it is, and who may ask it, is Grafana's affair. */
const dataSourceKeys = ['orgId', 'uid', 'name', 'type', 'access', 'isDefault', 'jsonData'];

/**
 * The configuration that a running Grafana shows, as provisioning files by their paths.
 *
 * @throws FiredrillError `broken` for an answer of another form: the alert would be judged by a part of the configuration.
 */
export function grafanaFiles({
  rules,
  contactPoints,
  policy,
  muteTimings,
  templates,
  dataSources,
}: GrafanaConfiguration): ReadonlyMap<string, string> {
  const alerting = {
    rules,
    'contact-points': contactPoints,
    // A policy that names nothing but its contact point.
    policies: { routes: [], ...map(policy) },
    'mute-timings': muteTimings,
    templates,
  };
  const contents = Object.entries(alerting).flatMap(([name, answer]): [string, unknown][] => {
    if (isEmpty(answer)) return [];
    const provisioned = provisioningOf(answer);
    if (!provisioned) throw broken('grafana', `its API gave its ${name} in a form that is not known`);
    return [[`${root}/alerting/${name}.yaml`, withoutRecordings(provisioned.content)]];
  });
  const sources = maps(dataSources).map((source) =>
    Object.fromEntries(
      dataSourceKeys.flatMap((key) => (source[key] === undefined ? [] : [[key, escaped(source[key])]])),
    ),
  );
  contents.push([`${root}/datasources/data-sources.yaml`, { apiVersion: 1, datasources: sources }]);
  return new Map(contents.map(([path, content]) => [path, stringify(content, { lineWidth: 0 })]));
}

/** Recording rules, of newer versions, are in the groups of alert rules. */
const withoutRecordings = ({ groups, ...content }: Yaml): Yaml => ({
  ...content,
  ...(groups === undefined
    ? {}
    : {
        groups: maps(groups).map((group) => ({
          ...group,
          rules: maps(group.rules).filter(({ record }) => record === undefined),
        })),
      }),
});

/** Whether a rule names its contact point itself, as rules of newer versions can: then the policy does not lead it. */
export function isLedByRule(files: Files, { file, group, index }: WrittenRule): boolean {
  const own = groupsOf(files).find(([at, { name }]) => at === file && name === group)?.[1];
  return maps(own?.rules)[index]?.notification_settings !== undefined;
}

const isEmpty = (answer: unknown): boolean =>
  answer === undefined || answer === null || (typeof answer === 'object' && Object.keys(answer).length === 0);
