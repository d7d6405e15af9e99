import type { Problem } from '../../core/errors.ts';
import type { Labels } from '../../core/labels.ts';
import type { Place } from '../files/place.ts';
import { list, maps, type Yaml } from '../files/yaml.ts';
import { type RouteMatcher, satisfies } from '../routes/route-matcher.ts';
import { matcherText, writtenMatchers } from '../routes/written-matchers.ts';

/** An inhibit rule with the alerts that match its sides for certain. */
interface ReadRule {
  readonly index: number;
  readonly source: readonly RouteMatcher[];
  readonly target: readonly RouteMatcher[];
  readonly equal: readonly string[];
  readonly sources: ReadonlySet<Labels>;
  /** By the values of the labels in `equal`, without alerts that are not known to have all of them. */
  readonly targets: ReadonlyMap<string, readonly Labels[]>;
  /** The alerts that match each side for certain, or by labels that are not known. */
  readonly maySource: ReadonlySet<Labels>;
  readonly mayTarget: ReadonlySet<Labels>;
}

/** One alert inhibits another one by a rule. */
interface Inhibition {
  readonly rule: ReadRule;
  readonly by: Labels;
  readonly alert: Labels;
}

/**
 * Returns the inhibit rules that have no effect, because both sides are the same, and those by which alerts inhibit each
 * other, so that nobody is notified while both fire.
 *
 * @param at the place of `inhibit_rules`.
 * @param alerts the labels that each alert is known to have before it fires; it may have more.
 * @throws FiredrillError `bad-input` for a matcher that cannot be read.
 */
export function checkInhibition(at: Place, written: unknown, alerts: readonly Labels[]): Problem[] {
  const rules = maps(written).map((rule, index) => readRule(rule, index, alerts));
  const without = rules.flatMap(({ index, source, target }) =>
    keyOf(source) === keyOf(target)
      ? [
          at
            .to(index)
            .problem(
              'it inhibits nothing: both sides match the same alerts, and such alerts do not inhibit each other',
              'let source_matchers match only the alert that stands for the others',
            ),
        ]
      : [],
  );
  // Alerts that match both sides of a rule do not inhibit each other by it, so a circle takes two rules.
  const circle = rules.length > 1 ? circleIn(rules) : [];
  const [first, ...rest] = circle;
  if (!first) return without;
  const way = [first.by, ...circle.map(({ alert }) => alert)].map(({ alertname }) => alertname);
  const others = [...new Set(rest.map(({ rule }) => `inhibit_rules[${rule.index}]`))].join(', ');
  const message = `it suppresses its own source: ${way.join(' inhibits ')} (with ${others}), so that nobody is notified while they fire`;
  return [...without, at.to(first.rule.index).problem(message)];
}

function readRule(rule: Yaml, index: number, alerts: readonly Labels[]): ReadRule {
  const [source, target] = [writtenMatchers(rule, 'source_'), writtenMatchers(rule, 'target_')];
  const equal = list(rule.equal).map(String);
  const fitting = (matchers: readonly RouteMatcher[], isFit: (found: boolean | undefined) => boolean) =>
    alerts.filter((labels) => isFit(matches(matchers, labels)));
  const isCertain = (found: boolean | undefined) => found === true;
  const isPossible = (found: boolean | undefined) => found !== false;
  const targets = fitting(target, isCertain).filter((alert) => valuesOf(equal, alert) !== undefined);
  return {
    ...{ index, source, target, equal },
    sources: new Set(fitting(source, isCertain)),
    targets: Map.groupBy(targets, (alert) => valuesOf(equal, alert) ?? ''),
    maySource: new Set(fitting(source, isPossible)),
    mayTarget: new Set(fitting(target, isPossible)),
  };
}

/** `undefined` of an alert that is not known to have all of these labels. */
const valuesOf = (labels: readonly string[], alert: Labels): string | undefined =>
  labels.every((label) => alert[label] !== undefined)
    ? JSON.stringify(labels.map((label) => alert[label]))
    : undefined;

const keyOf = (matchers: readonly RouteMatcher[]): string => matchers.map(matcherText).sort().join();

/** `undefined`: that depends on labels that are not known. */
function matches(matchers: readonly RouteMatcher[], labels: Labels): boolean | undefined {
  const each = matchers.map((matcher) =>
    labels[matcher.label] === undefined ? undefined : satisfies(labels, matcher),
  );
  if (each.includes(false)) return false;
  return each.includes(undefined) ? undefined : true;
}

/** Returns inhibitions each of which begins where the one before ends, and the last ends where the first begins. */
function circleIn(rules: readonly ReadRule[]): Inhibition[] {
  const finished = new Set<Labels>();
  const from = (alert: Labels, way: readonly Inhibition[]): Inhibition[] => {
    if (finished.has(alert)) return [];
    const start = way.findIndex(({ by }) => by === alert);
    if (start >= 0) return way.slice(start);
    for (const next of inhibitedBy(rules, alert)) {
      const circle = from(next.alert, [...way, next]);
      if (circle.length > 0) return circle;
    }
    finished.add(alert);
    return [];
  };
  for (const alert of new Set(rules.flatMap(({ sources }) => [...sources]))) {
    const circle = from(alert, []);
    if (circle.length > 0) return circle;
  }
  return [];
}

/** The alerts that an alert inhibits for certain. */
const inhibitedBy = (rules: readonly ReadRule[], by: Labels): Inhibition[] =>
  rules
    .filter(({ sources }) => sources.has(by))
    .flatMap((rule) =>
      (rule.targets.get(valuesOf(rule.equal, by) ?? '') ?? [])
        .filter((alert) => alert !== by && !mayBothMatchBoth(rule, by, alert))
        .map((alert) => ({ rule, by, alert })),
    );

const mayBothMatchBoth = ({ maySource, mayTarget }: ReadRule, by: Labels, alert: Labels): boolean =>
  maySource.has(alert) && mayTarget.has(by);
