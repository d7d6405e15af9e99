import { yamlOf } from '../../configuration/files/parse-yaml.ts';
import { list, map, maps, type Yaml } from '../../configuration/files/yaml.ts';
import { parseMatchers, type RouteMatcher, satisfies } from '../../configuration/routes/route-matcher.ts';
import type { AlertmanagerAlert } from '../../core/record.ts';

type Labels = Readonly<Record<string, string>>;
type Inhibitor = NonNullable<AlertmanagerAlert['inhibitors']>[number];

/**
 * Adds to each inhibited alert the alerts that inhibit it and the inhibition rules.
 *
 * @param held the alerts to complete.
 * @param all every alert that this Alertmanager has shown during the drill.
 * @param config alertmanager.yml as used.
 */
export function withInhibitors(
  held: readonly AlertmanagerAlert[],
  all: readonly AlertmanagerAlert[],
  config: string,
): AlertmanagerAlert[] {
  const rules = maps(yamlOf(config).inhibit_rules);
  return held.map((alert) => {
    if (alert.inhibitedBy.length === 0) return alert;
    const inhibitors = alert.inhibitedBy.map((fingerprint): Inhibitor => {
      const source = all.find((one) => one.fingerprint === fingerprint);
      if (!source) return { fingerprint };
      const rule = ruleBetween(rules, source.labels, alert.labels);
      return { fingerprint, labels: source.labels, ...(rule ? { rule } : {}) };
    });
    return { ...alert, inhibitors };
  });
}

/** Returns the first rule that applies; https://prometheus.io/docs/alerting/latest/configuration/#inhibit_rule */
function ruleBetween(rules: readonly Yaml[], source: Labels, target: Labels): Inhibitor['rule'] {
  for (const [index, rule] of rules.entries()) {
    const [from, to] = [matchersOf(rule, 'source'), matchersOf(rule, 'target')];
    const equal = list(rule.equal).map(String);
    const applies =
      from.every((matcher) => satisfies(source, matcher)) &&
      to.every((matcher) => satisfies(target, matcher)) &&
      equal.every((label) => (source[label] ?? '') === (target[label] ?? ''));
    if (applies) return { index, source: from.map(textOf), target: to.map(textOf), equal };
  }
  return undefined;
}

const matchersOf = (rule: Yaml, side: 'source' | 'target'): RouteMatcher[] => [
  ...Object.entries(map(rule[`${side}_match`])).map(([label, value]) => ({
    label,
    operator: '=' as const,
    value: String(value),
  })),
  ...Object.entries(map(rule[`${side}_match_re`])).map(([label, value]) => ({
    label,
    operator: '=~' as const,
    value: String(value),
  })),
  ...list(rule[`${side}_matchers`]).flatMap((text) => parseMatchers(String(text))),
];

const textOf = ({ label, operator, value }: RouteMatcher): string =>
  `${label}${operator}${JSON.stringify(value)}`;
