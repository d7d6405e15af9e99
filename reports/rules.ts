import { tryRead } from '../core/errors.ts';
import { alertsWithEvidence } from '../core/expected-alerts.ts';
import { type Matcher, selectorsOf, type VectorSelector } from '../core/promql/selectors-of.ts';
import type { DrillRecord, RuleHealthEvidence } from '../core/record.ts';
import type { Telemetry } from '../core/scenario.ts';

/** The rules of a drill, by what they had to do with its fault. */
export interface RulesByPart {
  /** Alerts that fired, or were pending. */
  readonly fired: readonly RuleHealthEvidence[];
  /**
   * The other expected alerts, and those whose rules read the telemetry that proves the fault, directly or through
   * recording rules.
   */
  readonly couldFire: readonly RuleHealthEvidence[];
  readonly rest: readonly RuleHealthEvidence[];
}

/** `undefined` of a record without rules. */
export function rulesByPart(record: DrillRecord): RulesByPart | undefined {
  const all = record.rules?.health ?? [];
  if (all.length === 0) return undefined;
  const [active, expected] = [activeAlerts(record), expectedAlerts(record)];
  const reads = readersOf(record.scenario.fault.telemetry, all);
  const partOf = (rule: RuleHealthEvidence): keyof RulesByPart => {
    if (rule.kind === 'recording') return 'rest';
    if (active.has(rule.name)) return 'fired';
    return expected.has(rule.name) || reads(rule) ? 'couldFire' : 'rest';
  };
  const { fired = [], couldFire = [], rest = [] } = Object.groupBy(all, partOf);
  return { fired, couldFire, rest };
}

/** Names of the alerts that the drill saw pending or firing. */
const activeAlerts = ({ pages, notifications = [], evidence, rules }: DrillRecord): ReadonlySet<string> =>
  new Set([
    ...pages.map(({ alert }) => alert),
    ...notifications.flatMap(({ alerts }) => alerts.map(({ labels }) => labels.alertname ?? '')),
    ...(evidence?.alerts ?? [])
      .filter(({ pending, firing }) => pending.length + firing.length > 0)
      .map(({ alert }) => alert),
    ...(evidence?.suppressions ?? []).map(({ labels }) => labels.alertname ?? ''),
    ...(evidence?.left ?? []).map(({ alert }) => alert),
    ...(rules?.alwaysFiring ?? []).map(({ name }) => name),
    ...(rules?.noise ?? []).map(({ name }) => name),
  ]);

const expectedAlerts = ({ scenario }: DrillRecord): ReadonlySet<string> =>
  new Set(alertsWithEvidence(scenario.expectations).map(({ alert }) => alert));

/** Tells whether a rule reads what the telemetry shows. Queries in LogQL read no metric. */
function readersOf(
  telemetry: Telemetry,
  rules: readonly RuleHealthEvidence[],
): (rule: RuleHealthEvidence) => boolean {
  const changed = new Map<string, Pick<VectorSelector, 'matchers'>[]>();
  const add = (metric: string, matchers: readonly Matcher[]) =>
    changed.set(metric, [...(changed.get(metric) ?? []), { matchers }]);
  for (const { metric, matchers } of shownBy(telemetry)) add(metric, matchers);
  const selectors = new Map(
    rules.map((rule) => [rule, tryRead(() => selectorsOf(rule.query)) ?? []] as const),
  );
  const reads = (rule: RuleHealthEvidence) =>
    (selectors.get(rule) ?? []).some(({ metric, matchers }) =>
      changed.get(metric)?.some((one) => mayMeet(one.matchers, matchers)),
    );
  // A recorded metric may be recorded again.
  let left = rules.filter(({ kind }) => kind === 'recording');
  for (;;) {
    const found = left.filter(reads);
    if (found.length === 0) return reads;
    for (const { name } of found) add(name, []);
    left = left.filter((rule) => !found.includes(rule));
  }
}

function shownBy(telemetry: Telemetry): Pick<VectorSelector, 'metric' | 'matchers'>[] {
  if (telemetry.signal === 'log') return [];
  if (telemetry.signal === 'query') return tryRead(() => selectorsOf(telemetry.query)) ?? [];
  const matchers = Object.entries(telemetry.labels).map(
    ([label, value]): Matcher => ({ label, operator: '=', value }),
  );
  return [{ metric: telemetry.metric, matchers }];
}

/** Whether one series may match both: no label is demanded with two values. */
const mayMeet = (one: readonly Matcher[], other: readonly Matcher[]): boolean =>
  one.every(
    (a) =>
      a.operator !== '=' ||
      other.every((b) => b.label !== a.label || b.operator !== '=' || b.value === a.value),
  );
