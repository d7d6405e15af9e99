import type { Problem } from '../../core/errors.ts';
import { kindOfGrafana } from '../../core/receivers/receivers.ts';

import { eachValue } from '../files/walk-yaml.ts';
import { list, map, maps, text, type Yaml } from '../files/yaml.ts';
import { nearestKey } from './nearest-key.ts';

/*
 * Values that this Grafana knows: with another one it does not start, or its rule fails at every evaluation.
 */

const noData = ['Alerting', 'NoData', 'OK'];
const execErr = ['Alerting', 'Error', 'OK'];
const expressionTypes = ['math', 'reduce', 'resample', 'classic_conditions', 'threshold'];
const reducers = ['sum', 'mean', 'min', 'max', 'count', 'last'];
const thresholds = ['gt', 'lt', 'within_range', 'outside_range'];
const evaluators = [...thresholds, 'no_value'];
const expressions = ['__expr__', '-100'];

export function checkRuleValues(file: string, config: Yaml): Problem[] {
  return maps(config.groups).flatMap((group, i) =>
    maps(group.rules).flatMap((rule, n) => ruleValues(`${file}: groups[${i}].rules[${n}]`, rule)),
  );
}

function ruleValues(at: string, rule: Yaml): Problem[] {
  return [
    ...oneOf(`${at}.noDataState`, rule.noDataState, noData),
    ...oneOf(`${at}.execErrState`, rule.execErrState, execErr),
    ...maps(rule.data).flatMap((query, i) =>
      expressions.includes(String(query.datasourceUid))
        ? expressionValues(`${at}.data[${i}].model`, map(query.model))
        : [],
    ),
  ];
}

function expressionValues(at: string, { type, reducer, settings, conditions }: Yaml): Problem[] {
  if (!expressionTypes.includes(String(type))) return oneOf(`${at}.type`, type ?? '', expressionTypes);
  const known = type === 'threshold' ? thresholds : evaluators;
  return [
    ...(type === 'reduce' ? oneOf(`${at}.reducer`, String(reducer).toLowerCase(), reducers) : []),
    ...(type === 'reduce' ? oneOf(`${at}.settings.mode`, map(settings).mode, ['dropNN', 'replaceNN']) : []),
    // Grafana's own pages write conditions into every expression, of whatever kind.
    ...(type === 'threshold' || type === 'classic_conditions' ? list(conditions) : []).flatMap(
      (condition, i) => {
        const where = `${at}.conditions[${i}]`;
        return [
          ...oneOf(`${where}.evaluator.type`, map(map(condition).evaluator).type ?? '', known),
          ...('unloadEvaluator' in map(condition) ? [recovery(`${where}.unloadEvaluator`)] : []),
        ];
      },
    ),
  ];
}

const recovery = (where: string): Problem => ({
  where,
  message:
    'this Grafana (10.0) knows no recovery threshold: the alert would end at the threshold at which it began',
  hint: 'leave it out of the configuration for drills',
});

/** An empty value is none: Grafana takes its default. */
function oneOf(where: string, value: unknown, known: readonly string[]): Problem[] {
  const given = String(value ?? '').trim();
  const mayBeEmpty = value === undefined || value === null || (value === '' && !/type$/.test(where));
  if (mayBeEmpty || known.includes(given)) return [];
  const near = given === '' ? undefined : nearestKey(given, known);
  return [
    {
      where,
      message: `this Grafana (10.0) knows no "${given}" here`,
      hint:
        near === undefined
          ? `use ${known.join(', ')}`
          : `did you mean ${near}? known are ${known.join(', ')}`,
    },
  ];
}

/** Values of contact points with which Grafana does not start. */
export function checkSettingValues(file: string, config: Yaml): Problem[] {
  return maps(config.contactPoints).flatMap((point, i) =>
    maps(point.receivers).flatMap((receiver, n) => {
      const { type, settings } = receiver;
      const at = `${file}: contactPoints[${i}].receivers[${n}].settings`;
      return Object.entries(kindOfGrafana(type)?.grafana.values ?? {}).flatMap(
        ([key, { known, anyCase }]) => {
          const value = map(settings)[key];
          const same = (one: string) => one.toLowerCase() === text(value)?.toLowerCase();
          return oneOf(`${at}.${key}`, (anyCase && known.find(same)) ?? value, known);
        },
      );
    }),
  );
}

/**
 * What Grafana would fill in from its environment: it does so in every text of rules and policies, but for annotations
 * and queries. A label `{{ $labels.job }}` becomes `{{ .job }}`.
 * https://grafana.com/docs/grafana/latest/administration/provisioning/#using-environment-variables
 */
export function checkExpansion(file: string, config: Yaml): Problem[] {
  const expanded = (at: string, part: unknown): Problem[] =>
    eachValue(part, at).flatMap(({ path, value }) => {
      const [variable] =
        typeof value === 'string' ? (/\$(\w+|\{)/.exec(value.replaceAll('$$', '')) ?? []) : [];
      if (variable === undefined) return [];
      return [
        {
          where: `${file}: ${path}`,
          message: `Grafana would put a variable of its environment in place of ${variable}…, and there is none`,
          hint: 'a $ that is to stay is written $$',
        },
      ];
    });
  return [
    ...maps(config.groups).flatMap((group, i) => {
      const { rules, ...ofGroup } = group;
      return [
        ...expanded(`groups[${i}]`, ofGroup),
        ...maps(rules).flatMap((rule, n) => {
          const { annotations: _, data: __, ...ofRule } = rule;
          return expanded(`groups[${i}].rules[${n}]`, ofRule);
        }),
      ];
    }),
    ...expanded('policies', config.policies ?? []),
  ];
}

/** Parts of other organizations than the first, the only one that a new Grafana has. */
export function checkOrganizations(file: string, config: Yaml): Problem[] {
  return Object.entries(config).flatMap(([key, items]) =>
    maps(items).flatMap((item, i) => {
      const { orgId } = item;
      if (orgId === undefined || orgId === null || Number(orgId) <= 1) return [];
      return [
        {
          where: `${file}: ${key}[${i}].orgId`,
          message: `there is no organization ${String(orgId)}: a new Grafana has the first alone`,
          hint: 'write orgId: 1',
        },
      ];
    }),
  );
}

/** Folders of dashboards that are none of the configuration's: a drill has no others. */
export function checkProviders(file: string, config: Yaml): Problem[] {
  return maps(config.providers).flatMap((provider, i) => {
    const { path, folder } = map(provider.options);
    const given = text(path) ?? text(folder);
    if (given !== undefined && /^\$(GF_PATHS_PROVISIONING|\{GF_PATHS_PROVISIONING\})(\/|$)/.test(given))
      return [];
    return [
      {
        where: `${file}: providers[${i}].options.path`,
        message: `${given ?? 'nothing'} is no folder of the provisioning: Grafana would find no dashboard there`,
        hint: 'write $GF_PATHS_PROVISIONING/dashboards, which is where this file is',
      },
    ];
  });
}
