import { humanDuration } from '../core/duration.ts';
import { isExpectedToLast } from '../core/expected-alerts.ts';
import { labelsText } from '../core/labels.ts';
import type { LeftAlert, Unjudged } from '../core/record.ts';
import { isAlwaysFiring } from './always-firing.ts';
import type { Finding } from './finding.ts';

/** Returns the alerts that are active at the end and must not be; `undefined` when this was not recorded. */
export const leftAlerts = (record: Unjudged): LeftAlert[] | undefined =>
  record.evidence?.left?.filter(
    (left) =>
      !isAlwaysFiring(record, { ...left.labels, alertname: left.alert }) &&
      !isExpectedToLast(record.scenario, left),
  );

export const leftNotRecorded: Finding = {
  outcome: 'broken',
  message: 'the alerts that were active at the end were not recorded',
  evidence: [],
};

/** Judges that no alert is pending or firing at the end of the drill. */
export function nothingLeft(record: Unjudged): Finding {
  const left = leftAlerts(record);
  if (!left) return leftNotRecorded;
  const [first] = left;
  if (!first) return { outcome: 'pass', message: 'nothing was pending or firing at the end', evidence: [] };
  const more = left.length > 1 ? ` (and ${left.length - 1} more)` : '';
  return {
    outcome: 'fail',
    message: `${first.alert} was still ${first.state} at the end${more}`,
    evidence: left.map((alert) => lineOf(record, alert)),
  };
}

function lineOf(
  { faultWindow }: Unjudged,
  { manager, alert, labels, state, since, rule }: LeftAlert,
): string {
  const { injectedAt = Number.NaN, heldUntil = Number.NaN } = faultWindow ?? {};
  const times =
    since === undefined
      ? []
      : since < injectedAt
        ? [`since ${humanDuration(injectedAt - since)} before the fault`]
        : since < heldUntil
          ? [`since ${humanDuration(since - injectedAt)} after the fault began`]
          : [`since ${humanDuration(since - heldUntil)} after the fault's end`];
  const from = rule ? [`rule of ${rule.file}, group ${rule.group}`] : [];
  const who = manager === 'grafana' ? 'Grafana' : 'Prometheus';
  return [`${who}: ${alert} {${labelsText(labels)}} ${state}`, ...times, ...from].join(', ');
}
