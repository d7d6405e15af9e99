import type { RuleNoise } from '../../core/record.ts';
import { failingRuleFile } from '../../faults/failing-rule.ts';
import type { PreparedFault } from '../../faults/fault.ts';
import type { GrafanaRule } from '../../signals/readers/grafana.ts';
import type { RuleHealth } from '../../signals/readers/prometheus.ts';
import type { RunningDrill } from '../running-drill.ts';
import { unlessStopped } from './stopped.ts';

/** A rule that a manager has loaded, with the result of its last evaluation. Times in epoch milliseconds. */
export interface EvaluatedRule extends Pick<RuleNoise, 'manager' | 'name' | 'file' | 'group' | 'query'> {
  readonly kind: 'alerting' | 'recording';
  /** Whether it is a rule of the watched pair. */
  readonly watched?: true;
  /** Identifies the rule during a drill, also when two rules have the same group and name. */
  readonly key: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly isFiring: boolean;
  readonly failed: boolean;
  readonly lastError: string;
  readonly lastEvaluationAt?: number;
}

/** Returns every rule of each Prometheus and of Grafana, except those of a component that the fault has stopped. */
export async function loadedRules({
  prometheus,
  watched,
  grafana,
  fault,
}: Pick<RunningDrill, 'prometheus' | 'watched' | 'grafana' | 'fault'>): Promise<EvaluatedRule[]> {
  const [ofPrometheus, ofWatched, ofGrafana] = await Promise.all([
    prometheus.everyRule(),
    watched ? unlessStopped(fault, 'prometheus', [], () => watched.prometheus.everyRule()) : [],
    grafana ? unlessStopped(fault, 'grafana', [], () => grafana.reader.rules()) : [],
  ]);
  const all = [
    ...ofPrometheus.map(fromPrometheus),
    ...ofWatched.map((rule): EvaluatedRule => ({ ...fromPrometheus(rule), watched: true })),
    ...ofGrafana.map((rule) => fromGrafana(rule, fault)),
  ];
  // It is to fail: the fault is not judged as if it were the configuration.
  return all.filter(({ file }) => file !== failingRuleFile);
}

const evaluated = ({ lastEvaluationAt }: { readonly lastEvaluationAt?: number }) =>
  lastEvaluationAt === undefined ? {} : { lastEvaluationAt };

const fromPrometheus = (rule: RuleHealth): EvaluatedRule => ({
  manager: 'prometheus',
  kind: rule.type,
  name: rule.name,
  file: shownFile(rule.file),
  group: rule.group,
  query: rule.query,
  key: `prometheus ${rule.file} ${rule.group} ${rule.index}`,
  labels: rule.labels,
  isFiring: rule.state === 'firing',
  failed: rule.health === 'err',
  lastError: rule.lastError,
  ...evaluated(rule),
});

/** Whether a rule fails, and Grafana reports it as Normal, because its `execErrState` is OK. */
const hidesItsError = ({ alerts }: GrafanaRule): boolean =>
  alerts.some(({ state, reason }) => state === 'Normal' && reason === 'Error');

/** @param fault may stop what the rule asks. A rule that is to hide errors then does as it should. */
export const fromGrafana = (rule: GrafanaRule, fault: Pick<PreparedFault, 'stops'>): EvaluatedRule => ({
  manager: 'grafana',
  kind: 'alerting',
  name: rule.name,
  file: rule.folder,
  group: rule.group,
  query: rule.query,
  key: `grafana ${rule.folder} ${rule.group} ${rule.name}`,
  labels: rule.labels,
  isFiring: rule.alerts.some(({ state }) => state === 'Alerting'),
  failed: rule.health === 'error' || (hidesItsError(rule) && fault.stops.length === 0),
  lastError: rule.lastError || (hidesItsError(rule) ? 'Grafana hides the error: execErrState is OK' : ''),
  ...evaluated(rule),
});

/** Shortens the path of the run's copy, which Prometheus reports, to the path in the configuration. */
const shownFile = (path: string): string => /(?:^|\/)((?:meta-)?prometheus\/.*)$/.exec(path)?.[1] ?? path;
