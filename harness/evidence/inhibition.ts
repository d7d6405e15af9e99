import { byNearness, missesOf } from '../../assertions/causes/inhibition.ts';
import { yamlOf } from '../../configuration/files/parse-yaml.ts';
import { list, maps, type Yaml } from '../../configuration/files/yaml.ts';
import { type RouteMatcher, satisfies } from '../../configuration/routes/route-matcher.ts';
import { matcherText, writtenMatchers } from '../../configuration/routes/written-matchers.ts';
import type { Labels } from '../../core/labels.ts';
import type { AlertmanagerAlert, InhibitRule } from '../../core/record.ts';

type Inhibitor = NonNullable<AlertmanagerAlert['inhibitors']>[number];
type Comparison = NonNullable<AlertmanagerAlert['notInhibitedBy']>[number];

/**
 * Adds to each inhibited alert the alerts that inhibit it and the inhibition rules.
 *
 * @param held the alerts to complete.
 * @param all every alert that this Alertmanager has shown during the drill.
 * @param config alertmanager.yml as used.
 * @param by name of an alert that should inhibit them. Where it does not, every rule is added, with what kept it from
 * applying.
 */
export function withInhibitors(
  held: readonly AlertmanagerAlert[],
  all: readonly AlertmanagerAlert[],
  config: string,
  by?: string,
): AlertmanagerAlert[] {
  const rules = maps(yamlOf(config).inhibit_rules).map(inhibitRuleOf);
  const wanted = all.filter(({ labels }) => by !== undefined && labels.alertname === by);
  return held.map((alert) => {
    const inhibitors = alert.inhibitedBy.map((fingerprint): Inhibitor => {
      const source = all.find((one) => one.fingerprint === fingerprint);
      if (!source) return { fingerprint };
      const rule = rules.find((one) => applies(compared(one, source.labels, alert.labels)))?.text;
      return { fingerprint, labels: source.labels, ...(rule ? { rule } : {}) };
    });
    const isMissed = wanted.length > 0 && !inhibitors.some(({ labels }) => labels?.alertname === by);
    return {
      ...alert,
      ...(inhibitors.length > 0 ? { inhibitors } : {}),
      ...(isMissed ? { notInhibitedBy: rules.flatMap((rule) => nearest(rule, wanted, alert.labels)) } : {}),
    };
  });
}

/** Returns the comparison of a rule with the alert that comes nearest to inhibiting another one by it. */
const nearest = (rule: ReadRule, sources: readonly AlertmanagerAlert[], target: Labels): Comparison[] =>
  sources
    .map(({ labels }) => compared(rule, labels, target))
    .toSorted(byNearness)
    .slice(0, 1);

/** An inhibit rule for the record, and its matchers. */
interface ReadRule {
  readonly text: InhibitRule;
  readonly source: readonly RouteMatcher[];
  readonly target: readonly RouteMatcher[];
}

const inhibitRuleOf = (rule: Yaml, index: number): ReadRule => {
  const [source, target] = [writtenMatchers(rule, 'source_'), writtenMatchers(rule, 'target_')];
  const equal = list(rule.equal).map(String);
  return {
    text: { index, source: source.map(matcherText), target: target.map(matcherText), equal },
    source,
    target,
  };
};

/**
 * Compares a rule with two alerts; https://prometheus.io/docs/alerting/latest/configuration/#inhibit_rule. A label that both
 * lack counts as equal. An alert that matches both sides of the rule is not inhibited by another one that does.
 */
function compared({ text, source: from, target: to }: ReadRule, source: Labels, target: Labels): Comparison {
  const misses = (matchers: readonly RouteMatcher[], labels: Labels) =>
    matchers.filter((matcher) => !satisfies(labels, matcher)).map(matcherText);
  const unmet = {
    source: misses(from, source),
    target: misses(to, target),
    equal: text.equal.filter((label) => (source[label] ?? '') !== (target[label] ?? '')),
  };
  const mutual =
    [...misses(from, target), ...misses(to, source), ...unmet.source, ...unmet.target].length === 0;
  return { labels: source, rule: text, unmet, ...(mutual ? { mutual } : {}) };
}

const applies = (comparison: Comparison): boolean => missesOf(comparison) === 0;
