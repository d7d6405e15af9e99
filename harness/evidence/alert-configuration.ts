import { stringify } from 'yaml';
import type { UsedFiles, WrittenFiles } from '../../configuration/files/files.ts';
import { maps } from '../../configuration/files/yaml.ts';
import { ruleQueryOf } from '../../configuration/rules/grafana-expression.ts';
import { groupsOf } from '../../configuration/rules/grafana-rules.ts';
import { prometheusSettings } from '../../configuration/rules/prometheus-settings.ts';
import { armsOf } from '../../core/grafana-condition.ts';
import { type RelabelConfig, relabel } from '../../core/relabel.ts';
import type { Configured, RulePlace, Sent } from '../../signals/readers/evidence-request.ts';

/** How many entries lead Prometheus to Alertmanagers. */
export const alertmanagersConfigured = (files: UsedFiles): number =>
  maps(prometheusSettings(files).alerting.alertmanagers).length;

/**
 * What an alert becomes on its way to Alertmanager: external labels are added, then it is relabelled, for all
 * Alertmanagers and for each. Of several the first that gets it counts.
 *
 * @returns `undefined` when an entry does what is not known here.
 */
export function sentByPrometheus(
  files: UsedFiles,
  labels: Readonly<Record<string, string>>,
): Sent | undefined {
  const { externalLabels, alerting } = prometheusSettings(files);
  const place = 'alerting.alert_relabel_configs';
  const common = through({ ...externalLabels, ...labels }, place, maps(alerting.alert_relabel_configs));
  if (!common || 'droppedBy' in common) return common;
  const each = maps(alerting.alertmanagers).map(({ alert_relabel_configs: own }, i) =>
    through(common.labels, `alerting.alertmanagers[${i}].alert_relabel_configs`, maps(own)),
  );
  return each.find((one) => one !== undefined && 'labels' in one) ?? (each.length > 0 ? each[0] : common);
}

function through(
  labels: Readonly<Record<string, string>>,
  place: string,
  configs: readonly RelabelConfig[],
): Sent | undefined {
  const done = relabel(labels, configs);
  if (!done || 'labels' in done) return done;
  const entry = stringify(configs[done.droppedBy], { collectionStyle: 'flow', lineWidth: 0 }).trim();
  return { droppedBy: { place: `${place}[${done.droppedBy}]`, entry } };
}

/** A rule as it stands in the given files; the run's copy of a file has the same path below its folder. */
export function writtenRule(
  written: WrittenFiles,
  { file, group, index }: RulePlace,
): { file: string; query: string } | undefined {
  const path = [...written.keys()].find((own) => file === own || file.endsWith(`/${own}`));
  if (path === undefined) return undefined;
  const found = maps(written.yaml(path).groups).find(({ name }) => name === group);
  const expr = maps(found?.rules)[index]?.expr;
  return expr === undefined ? undefined : { file: path, query: String(expr).trim() };
}

/** The queries of a rule of Grafana's as they stand in the given files, in the order of its condition. */
export function writtenArms(
  written: WrittenFiles,
  rule: { readonly name: string; readonly group: string; readonly folder: string },
): string[] {
  const own = groupsOf(written)
    .map(([, group]) => group)
    .filter(({ name, folder }) => name === rule.group && folder === rule.folder)
    .flatMap(({ rules }) => maps(rules))
    .find(({ title }) => title === rule.name);
  if (!own) return [];
  const data = maps(own.data).map(ruleQueryOf);
  return armsOf(String(own.condition), data).map(({ expr }) => expr);
}

export const configuredBy = (files: UsedFiles, written: WrittenFiles, factor: number): Configured => ({
  factor,
  written: (place) => writtenRule(written, place),
  writtenArms: (rule) => writtenArms(written, rule),
  sent: (labels) => sentByPrometheus(files, labels),
});
