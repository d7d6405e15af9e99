import type { Problem } from '../../core/errors.ts';
import { isExpression } from '../../core/grafana-query.ts';
import { kindOfGrafana } from '../../core/receivers/receivers.ts';
import { nameHint } from '../../core/similar-names.ts';
import type { Place } from '../files/place.ts';
import { eachValue } from '../files/walk-yaml.ts';
import { list, map, maps, text, type Yaml } from '../files/yaml.ts';

/*
 * The values that this version of Grafana accepts. With any other, Grafana does not start, or the rule fails at each evaluation.
 */

const noData = ['Alerting', 'NoData', 'OK'];
const execErr = ['Alerting', 'Error', 'OK'];
const expressionTypes = ['math', 'reduce', 'resample', 'classic_conditions', 'threshold'];
const reducers = ['sum', 'mean', 'min', 'max', 'count', 'last'];
const thresholds = ['gt', 'lt', 'within_range', 'outside_range'];
const evaluators = [...thresholds, 'no_value'];

export function checkRuleValues(file: Place, config: Yaml): Problem[] {
  return maps(config.groups).flatMap((group, i) =>
    maps(group.rules).flatMap((rule, n) => ruleValues(file.to('groups', i, 'rules', n), rule)),
  );
}

function ruleValues(at: Place, rule: Yaml): Problem[] {
  return [
    ...oneOf(at.to('noDataState'), rule.noDataState, noData),
    ...oneOf(at.to('execErrState'), rule.execErrState, execErr),
    ...maps(rule.data).flatMap((query, i) =>
      isExpression({ datasourceUid: String(query.datasourceUid) })
        ? expressionValues(at.to('data', i, 'model'), map(query.model))
        : [],
    ),
  ];
}

function expressionValues(at: Place, { type, reducer, settings, conditions }: Yaml): Problem[] {
  if (!expressionTypes.includes(String(type)))
    return oneOf(at.to('type'), type ?? '', expressionTypes, false);
  const known = type === 'threshold' ? thresholds : evaluators;
  return [
    ...(type === 'reduce' ? oneOf(at.to('reducer'), String(reducer).toLowerCase(), reducers) : []),
    ...(type === 'reduce'
      ? oneOf(at.to('settings', 'mode'), map(settings).mode, ['dropNN', 'replaceNN'])
      : []),
    // Grafana's user interface writes conditions into expressions of every type.
    ...(type === 'threshold' || type === 'classic_conditions' ? list(conditions) : []).flatMap(
      (condition, i) => {
        const place = at.to('conditions', i);
        const { type: evaluator = '' } = map(map(condition).evaluator);
        return [
          ...oneOf(place.to('evaluator', 'type'), evaluator, known, false),
          ...('unloadEvaluator' in map(condition) ? [recovery(place.to('unloadEvaluator'))] : []),
        ];
      },
    ),
  ];
}

const recovery = (place: Place): Problem =>
  place.problem(
    'this Grafana (10.0) knows no recovery threshold: the alert would end at the threshold at which it began',
    'leave it out of the configuration for drills',
  );

/** @param mayBeEmpty whether an empty value means Grafana's default. */
function oneOf(place: Place, value: unknown, known: readonly string[], mayBeEmpty = true): Problem[] {
  const given = String(value ?? '').trim();
  const isNone = value === undefined || value === null || (value === '' && mayBeEmpty);
  if (isNone || known.includes(given)) return [];
  return [place.problem(`this Grafana (10.0) knows no "${given}" here`, nameHint(given, known))];
}

/** Returns a problem for each value of a contact point that prevents Grafana from starting. */
export function checkSettingValues(file: Place, config: Yaml): Problem[] {
  return maps(config.contactPoints).flatMap((point, i) =>
    maps(point.receivers).flatMap((receiver, n) => {
      const { type, settings } = receiver;
      const at = file.to('contactPoints', i, 'receivers', n, 'settings');
      return Object.entries(kindOfGrafana(type)?.grafana.values ?? {}).flatMap(
        ([key, { known, anyCase }]) => {
          const value = map(settings)[key];
          const same = (one: string) => one.toLowerCase() === text(value)?.toLowerCase();
          return oneOf(at.to(key), (anyCase && known.find(same)) ?? value, known);
        },
      );
    }),
  );
}

/**
 * Finds references to environment variables. Grafana expands them in every text of rules and policies except annotations
 * and queries, so a label `{{ $labels.job }}` becomes `{{ .job }}`.
 * https://grafana.com/docs/grafana/latest/administration/provisioning/#using-environment-variables
 */
export function checkExpansion(file: Place, config: Yaml): Problem[] {
  const expanded = (place: Place, part: unknown): Problem[] =>
    eachValue(part).flatMap(({ at, value }) => {
      const [variable] =
        typeof value === 'string' ? (/\$(\w+|\{)/.exec(value.replaceAll('$$', '')) ?? []) : [];
      if (variable === undefined) return [];
      const message = `Grafana would put a variable of its environment in place of ${variable}…, and there is none`;
      return [place.to(...at).problem(message, 'a $ that is to stay is written $$')];
    });
  return [
    ...maps(config.groups).flatMap((group, i) => {
      const { rules, ...ofGroup } = group;
      return [
        ...expanded(file.to('groups', i), ofGroup),
        ...maps(rules).flatMap((rule, n) => {
          const { annotations: _, data: __, ...ofRule } = rule;
          return expanded(file.to('groups', i, 'rules', n), ofRule);
        }),
      ];
    }),
    ...expanded(file.to('policies'), config.policies ?? []),
  ];
}

/** Returns a problem for each part that belongs to an organization other than 1, the only one of a new Grafana. */
export function checkOrganizations(file: Place, config: Yaml): Problem[] {
  return Object.entries(config).flatMap(([key, items]) =>
    maps(items).flatMap((item, i) => {
      const { orgId } = item;
      if (orgId === undefined || orgId === null || Number(orgId) <= 1) return [];
      const message = `there is no organization ${String(orgId)}: a new Grafana has the first alone`;
      return [file.to(key, i, 'orgId').problem(message, 'write orgId: 1')];
    }),
  );
}

/** Returns a problem for each dashboard folder outside of the configuration, which a drill does not have. */
export function checkProviders(file: Place, config: Yaml): Problem[] {
  return maps(config.providers).flatMap((provider, i) => {
    const { path, folder } = map(provider.options);
    const given = text(path) ?? text(folder);
    if (given !== undefined && /^\$(GF_PATHS_PROVISIONING|\{GF_PATHS_PROVISIONING\})(\/|$)/.test(given))
      return [];
    return [
      file
        .to('providers', i, 'options', 'path')
        .problem(
          `${given ?? 'nothing'} is no folder of the provisioning: Grafana would find no dashboard there`,
          'write $GF_PATHS_PROVISIONING/dashboards, which is where this file is',
        ),
    ];
  });
}
