import type { AlertExpectation } from '../../core/expected-alerts.ts';
import { parsePromql } from '../../core/promql/parse.ts';
import { selectorsOf } from '../../core/promql/selectors-of.ts';
import { walk } from '../../core/syntax-tree.ts';
import type { Files } from '../files/files.ts';
import { map, maps } from '../files/yaml.ts';
import { routeOf, type TakenRoute } from '../routes/route.ts';
import { grafanaReceivers, grafanaRules, policyConfig } from './grafana-rules.ts';
import { prometheusRules } from './prometheus-rules.ts';
import { prometheusSettings } from './prometheus-settings.ts';
import type { WrittenRule } from './rule.ts';

/** Every alerting rule of the configuration, Prometheus' first. */
export const alertingRules = (files: Files): WrittenRule[] => [
  ...prometheusRules(files),
  ...grafanaRules(files),
];

/** Whether the value of a label is known only when the alert fires. */
export const isTemplate = (value: string): boolean => value.includes('{{') || value.includes('$$');

/** Labels of a rule whose values are known before it fires. */
const fixedLabels = ({ labels }: WrittenRule) =>
  Object.entries(labels).filter(([, value]) => !isTemplate(value));

/** The labels that an expectation's alert will have, as far as they are known before the drill. */
export function expectedLabels(
  files: Files,
  rule: WrittenRule,
  expectation?: AlertExpectation,
): Record<string, string> {
  return {
    ...(rule.manager === 'prometheus' ? prometheusSettings(files).externalLabels : {}),
    ...seriesLabelsOf(rule),
    ...Object.fromEntries(fixedLabels(rule)),
    ...(expectation?.kind === 'page' ? expectation.labels : {}),
    ...(rule.labels.alertname === undefined ? {} : { alertname: rule.labels.alertname }),
  };
}

/** Each expectation asks for those of every rule. */
const known = new WeakMap<WrittenRule, Record<string, string>>();

function seriesLabelsOf(rule: WrittenRule): Record<string, string> {
  const labels = known.get(rule) ?? seriesLabels(rule.expr);
  known.set(rule, labels);
  return labels;
}

/** Labels by which a rule tells its alerts apart, as far as its selectors demand one value; requests fail at the storefront. */
function seriesLabels(expr: string): Record<string, string> {
  const grouped = [...walk(parsePromql(expr))]
    .filter(({ name, parent }) => name === 'LabelName' && parent?.parent?.firstChild?.name === 'By')
    .map(({ from, to }) => expr.slice(from, to));
  const demanded = selectorsOf(expr).flatMap(({ matchers }) => matchers.filter((m) => m.operator === '='));
  return Object.fromEntries(
    [...new Set(grouped)].flatMap((label) => {
      const values = new Set(demanded.filter((m) => m.label === label).map(({ value }) => value));
      if (values.size > 1) return [];
      const [value = label === 'job' ? 'storefront' : undefined] = values;
      return value === undefined ? [] : [[label, value]];
    }),
  );
}

/** The rules that an expectation may be about: of one name, those that can have the labels that are expected. */
export function rulesFor(rules: readonly WrittenRule[], expectation: AlertExpectation): WrittenRule[] {
  const named = rules.filter(({ labels }) => labels.alertname === expectation.alert);
  const expected = Object.entries(expectation.kind === 'page' ? expectation.labels : {});
  const agreeing = (rule: WrittenRule) => {
    const fixed = new Map(fixedLabels(rule));
    const known = expected.filter(([label]) => fixed.has(label));
    return known.every(([label, value]) => fixed.get(label) === value) ? known.length : -1;
  };
  const most = Math.max(-1, ...named.map(agreeing));
  const best = named.filter((rule) => agreeing(rule) === most);
  // With one manager's rules only: a name in both is one of Prometheus'.
  return best.filter(({ manager }) => manager === best[0]?.manager);
}

/** The rule that an expectation is about; `undefined` when no rule has its name. */
export const ruleFor = (files: Files, expectation: AlertExpectation): WrittenRule | undefined =>
  rulesFor(alertingRules(files), expectation)[0];

/** The route on which an alert with these labels reaches the expected receiver; else the first that it takes. */
export function routeFor(
  files: Files,
  { manager }: WrittenRule,
  labels: Readonly<Record<string, string>>,
  expectation?: AlertExpectation,
): TakenRoute | undefined {
  const alertmanager = files.yaml('alertmanager/alertmanager.yml');
  const taken = routeOf(manager === 'grafana' ? policyConfig(files) : alertmanager, labels);
  if (expectation?.kind !== 'page') return taken[0];
  const { contactPoint, receiver: kind } = expectation;
  const kinds = manager === 'grafana' ? grafanaReceivers(files) : alertmanagerReceivers(alertmanager);
  const leads = ({ receiver }: TakenRoute) =>
    (contactPoint === undefined || receiver === contactPoint) && kinds.get(receiver)?.includes(kind);
  return taken.find(leads) ?? taken[0];
}

/** Kinds of the notifiers of Alertmanager's receivers, by their names. */
const alertmanagerReceivers = (config: unknown): ReadonlyMap<string, string[]> =>
  new Map(
    maps(map(config).receivers).map(({ name, ...notifiers }) => [
      String(name),
      Object.keys(notifiers).map((key) => key.replace(/_configs$/, '')),
    ]),
  );
