import { stringify } from 'yaml';
import type { UsedFiles, WrittenFiles } from '../../configuration/files/files.ts';
import { plainPathWithin } from '../../configuration/files/pairs.ts';
import { list, maps } from '../../configuration/files/yaml.ts';
import { ruleQueryOf } from '../../configuration/rules/grafana-expression.ts';
import { groupsOf } from '../../configuration/rules/grafana-rules.ts';
import { prometheusFile, prometheusSettings } from '../../configuration/rules/prometheus-settings.ts';
import { queryComparisonsOf } from '../../core/grafana-condition.ts';
import { type RelabelConfig, relabel } from '../../core/relabel.ts';
import type {
  RelabelEntry,
  RuleConfiguration,
  RuleLocation,
  SentAlert,
} from '../../signals/readers/evidence-request.ts';

/** The number of entries in `alerting.alertmanagers` of prometheus.yml. */
export const alertmanagersConfigured = (files: UsedFiles): number =>
  maps(prometheusSettings(files).alerting.alertmanagers).length;

/**
 * Returns the labels with which Prometheus sends an alert: it adds the external labels and applies
 * `alerting.alert_relabel_configs`, then the `alert_relabel_configs` of each Alertmanager. Returns the result for the first
 * Alertmanager that receives the alert.
 *
 * @returns `undefined` when a relabelling entry has an action that is not implemented here.
 */
export function sentByPrometheus(
  files: UsedFiles,
  labels: Readonly<Record<string, string>>,
): SentAlert | undefined {
  const { externalLabels, alerting } = prometheusSettings(files);
  const place = 'alerting.alert_relabel_configs';
  const common = relabelled({ ...externalLabels, ...labels }, place, maps(alerting.alert_relabel_configs));
  if (!common || 'droppedBy' in common) return common;
  const each = maps(alerting.alertmanagers).map(({ alert_relabel_configs: own }, i) =>
    relabelled(common.labels, `alerting.alertmanagers[${i}].alert_relabel_configs`, maps(own)),
  );
  return each.find((one) => one !== undefined && 'labels' in one) ?? (each.length > 0 ? each[0] : common);
}

/**
 * Returns the entry of a scrape job's `metric_relabel_configs` that drops series of a metric by its name. Entries that read
 * other labels are not considered.
 */
export function droppedMetric(files: UsedFiles, metric: string): RelabelEntry | undefined {
  for (const [i, job] of maps(files.yaml(prometheusFile).scrape_configs).entries()) {
    const place = `scrape_configs[${String(job.job_name ?? i)}].metric_relabel_configs`;
    for (const [n, config] of maps(job.metric_relabel_configs).entries()) {
      if (list(config.source_labels).join() !== '__name__') continue;
      const done = relabelled({ __name__: metric }, place, [config], n);
      if (done && 'droppedBy' in done) return done.droppedBy;
    }
  }
  return undefined;
}

function relabelled(
  labels: Readonly<Record<string, string>>,
  place: string,
  configs: readonly RelabelConfig[],
  firstIndex = 0,
): SentAlert | undefined {
  const done = relabel(labels, configs);
  if (!done || 'labels' in done) return done;
  const entry = stringify(configs[done.droppedBy], { collectionStyle: 'flow', lineWidth: 0 }).trim();
  return { droppedBy: { place: `${place}[${firstIndex + done.droppedBy}]`, entry } };
}

/**
 * Finds a rule in the written files. `file` is the path of the run's copy, which ends with the path of the written file, or,
 * on a stack that runs already, the name of that file.
 */
export function writtenRule(
  written: WrittenFiles,
  { file, group, index }: RuleLocation,
): { file: string; query: string } | undefined {
  const plain = plainPathWithin(file);
  const path = [...written.keys()].find(
    (own) => plain === own || plain.endsWith(`/${own}`) || written.names.get(own) === file,
  );
  if (path === undefined) return undefined;
  const found = maps(written.yaml(path).groups).find(({ name }) => name === group);
  const expr = maps(found?.rules)[index]?.expr;
  return expr === undefined ? undefined : { file: path, query: String(expr).trim() };
}

/** Returns the queries of a Grafana rule as they are written, in the order of its condition. */
export function writtenQueries(
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
  return queryComparisonsOf(String(own.condition), data).map(({ expr }) => expr);
}

export const configuredBy = (files: UsedFiles, written: WrittenFiles, factor: number): RuleConfiguration => ({
  factor,
  written: (place) => writtenRule(written, place),
  writtenQueries: (rule) => writtenQueries(written, rule),
  sent: (labels) => sentByPrometheus(files, labels),
  dropsMetric: (metric) => droppedMetric(files, metric),
});
