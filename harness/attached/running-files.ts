import { stringify } from 'yaml';
import { UsedFiles, WrittenFiles } from '../../configuration/files/files.ts';
import { formatDuration } from '../../core/duration.ts';
import type { GrafanaConfiguration } from '../../signals/readers/grafana.ts';
import type { LoadedGroup } from '../../signals/readers/prometheus.ts';
import { grafanaFiles } from './grafana-files.ts';

/** The configuration of running components, as they show it. */
export interface RunningConfiguration {
  /** prometheus.yml; absent: Prometheus does not show it. */
  readonly prometheus?: string;
  readonly groups: readonly LoadedGroup[];
  /** alertmanager.yml, with secrets hidden; absent: there is no Alertmanager. */
  readonly alertmanager?: string;
  /** Absent: there is no Grafana. */
  readonly grafana?: GrafanaConfiguration;
}

/**
 * The configuration of running components in the form of files, so that everything else reads it as that of a stack that
 * firedrill started. Rule files are named as their component knows them.
 */
export function runningFiles({ prometheus = '', groups, alertmanager, grafana }: RunningConfiguration): {
  readonly used: UsedFiles;
  readonly written: WrittenFiles;
} {
  const names = new Map<string, string>();
  const texts = new Map([['prometheus/prometheus.yml', prometheus]]);
  for (const [file, own] of Map.groupBy(groups, (group) => group.file)) {
    const path = `prometheus/rules/${file.replace(/^\/+/, '')}`;
    // Several replicas of a ruler show the same groups.
    const distinct = [...new Map(own.map((group) => [group.name, group])).values()];
    texts.set(path, stringify({ groups: distinct.map(writtenGroup) }, { lineWidth: 0 }));
    names.set(path, file);
  }
  if (alertmanager !== undefined) texts.set('alertmanager/alertmanager.yml', alertmanager);
  for (const [path, text] of grafana ? grafanaFiles(grafana) : []) texts.set(path, text);
  return { used: new UsedFiles(texts), written: new WrittenFiles(texts, names) };
}

const writtenGroup = ({ name, intervalMs, rules }: LoadedGroup) => ({
  name,
  interval: formatDuration(intervalMs),
  rules: rules.map(({ type, name: own, query, labels, annotations, forMs = 0, keepFiringForMs = 0 }) => ({
    [type === 'alerting' ? 'alert' : 'record']: own,
    expr: query,
    ...(forMs > 0 ? { for: formatDuration(forMs) } : {}),
    ...(keepFiringForMs > 0 ? { keep_firing_for: formatDuration(keepFiringForMs) } : {}),
    labels,
    ...(annotations ? { annotations } : {}),
  })),
});
