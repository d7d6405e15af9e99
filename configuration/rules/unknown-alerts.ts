import type { Problem } from '../../core/errors.ts';
import { expectedAlerts } from '../../core/expected-alerts.ts';
import type { Path, WhereOf } from '../../core/path.ts';
import type { Scenario } from '../../core/scenario.ts';
import { closestName, nameHint } from '../../core/similar-names.ts';
import type { WrittenFiles } from '../files/files.ts';
import { maps, type Yaml } from '../files/yaml.ts';
import { groupsOf } from './grafana-rules.ts';
import { placedRules } from './prometheus-rules.ts';
import { prometheusSettings } from './prometheus-settings.ts';
import type { RuleIdentity } from './rule.ts';
import { rulePlace } from './rule-place.ts';

/** The names of the alerts that Grafana itself creates for rules without data and rules that fail. */
const grafanaOwn = ['DatasourceNoData', 'DatasourceError'];

/**
 * Reports expected alerts that no rule can create. An alert has the name of its rule: neither Prometheus nor Grafana
 * expands templates in it, and no label of the rule replaces it. Only relabelling can change it.
 *
 * @param files the configuration of the stack, as written.
 */
export function unknownAlerts(
  { expectations, alwaysFiring = [] }: Pick<Scenario, 'expectations' | 'alwaysFiring'>,
  files: WrittenFiles,
  whereOf: WhereOf,
): Problem[] {
  if (renamesAlerts(prometheusSettings(files).alerting)) return [];
  const ofGrafana = grafanaAlerts(files);
  const rules = [...prometheusAlerts(files), ...ofGrafana];
  const names = rules.map(({ name }) => name);
  const known = new Set([...names, ...(ofGrafana.length > 0 ? grafanaOwn : [])]);
  const expected = [
    ...expectedAlerts(expectations).flatMap(
      ({ expectation: { kind, alert }, at, isEscalation }): [Path, string][] =>
        isEscalation ? [] : [[kind === 'suppressed' ? at : [...at, 'alert'], alert]],
    ),
    ...alwaysFiring.map(({ alert }, i): [Path, string] => [['alwaysFiring', i, 'alert'], alert]),
  ];
  return expected
    .filter(([, alert]) => !known.has(alert))
    .map(([path, alert]) => {
      const leftOut = files.adoption.leftOutRules.get(alert);
      if (leftOut)
        return {
          where: whereOf(path),
          message: `a drill cannot judge ${alert} (${leftOut.line}): ${leftOut.why}`,
        };
      const meant = rules[names.indexOf(closestName(alert, names) ?? '')];
      const at = meant && `; ${meant.name} is at ${rulePlace(files, meant).line}`;
      return {
        where: whereOf(path),
        message: `no rule of the configuration is called "${alert}"`,
        hint: `${nameHint(alert, names)}${at ?? ''}`,
      };
    });
}

type NamedRule = Pick<RuleIdentity, 'file' | 'group' | 'index'> & { readonly name: string };

/* Only the names are read, so that a rule is found even if its expression does not parse. */

const prometheusAlerts = (files: WrittenFiles): NamedRule[] =>
  placedRules(files).flatMap(({ file, group, index, rule }) =>
    rule.alert === undefined ? [] : [{ file, group, index, name: String(rule.alert) }],
  );

const grafanaAlerts = (files: WrittenFiles): NamedRule[] =>
  groupsOf(files).flatMap(([file, { name: group, rules }]) =>
    maps(rules).map(({ title }, index) => ({ file, group: String(group), index, name: String(title) })),
  );

/** Whether Prometheus may change the names of alerts by relabelling. */
const renamesAlerts = (alerting: Yaml): boolean =>
  [alerting, ...maps(alerting.alertmanagers)]
    .flatMap(({ alert_relabel_configs }) => maps(alert_relabel_configs))
    .some(({ action, target_label }) => {
      const target = String(target_label ?? '');
      return (
        String(action ?? '').toLowerCase() === 'labelmap' || target === 'alertname' || target.includes('$')
      );
    });
