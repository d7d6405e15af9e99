import { alertsWithEvidence } from '../core/expected-alerts.ts';
import { firingHops, resolvingHops } from '../core/hops.ts';
import { receiverKinds } from '../core/receivers/receivers.ts';
import type { AlertEvidence, Autopsy, DrillRecord, Floor, Hop, Verdict } from '../core/record.ts';

/** A hop with its time relative to the first hit, and its duration. */
export interface HopStep extends Hop {
  /** Number of the hop, from 1; the same in every report. */
  readonly number: number;
  /** Milliseconds since the first request hit, or since the injection if there was none. */
  readonly sinceMs?: number;
  /** Milliseconds since the previous hops in the same direction. */
  readonly tookMs?: number;
}

/** Hops that a fault without hits does not have. */
const ofHits: readonly string[] = ['first request hit', 'last request hit'];

const order: readonly string[] = [...firingHops, ...resolvingHops];

/** The origin of relative times: the first request hit, or else the injection or the start. */
export const originOf = ({ faultWindow, startedAt }: DrillRecord): number =>
  faultWindow?.firstHitAt ?? faultWindow?.injectedAt ?? startedAt;

/** All hops of an alert, firing and resolving, reached or not, in order. */
export function waySteps(record: DrillRecord, alert: AlertEvidence): HopStep[] {
  const origin = originOf(record);
  const way = (names: readonly Hop['name'][]) => {
    let latest: number | undefined;
    return names.flatMap((name): HopStep[] => {
      const hop = alert.hops.find((h) => h.name === name);
      const number = order.indexOf(name) + 1;
      if (!hop) return [];
      if (hop.at === undefined && !record.scenario.fault.hits && ofHits.includes(name)) return [];
      if (hop.at === undefined) return [{ ...hop, number }];
      // Clocks of components differ slightly, so a negative duration becomes 0.
      const took = latest === undefined ? {} : { tookMs: Math.max(0, hop.at - latest) };
      latest = Math.max(latest ?? hop.at, hop.at);
      return [{ ...hop, number, sinceMs: hop.at - origin, ...took }];
    });
  };
  return [...way(firingHops), ...way(resolvingHops)];
}

export const isFiringHop = (name: Hop['name']): boolean => (firingHops as readonly string[]).includes(name);

/** The subject of a verdict. */
export interface VerdictSubject {
  /** The same value for all checks of one expectation. */
  readonly subject: string;
  readonly alert: string;
  readonly receiver?: string;
  readonly check: string;
}

export function subjectOf(verdict: Verdict): VerdictSubject {
  const { check, expectation, alert = '', receiver } = verdict;
  if (check === undefined) return subjectOfId(verdict.id);
  const subject = expectation === undefined ? check : String(expectation);
  return { subject, alert, check, ...(receiver ? { receiver } : {}) };
}

/**
 * Parses a verdict's id in a record before version 4: `HighErrorRate@slack/arrives`. The receiver may be
 * missing, and a second expectation of the same page has `#2` before the check.
 */
export function subjectOfId(id: string): VerdictSubject {
  const slash = id.lastIndexOf('/');
  const [subject, check] = slash < 0 ? [id, ''] : [id.slice(0, slash), id.slice(slash + 1)];
  const sign = subject.lastIndexOf('@');
  const bare = (text: string) => text.replace(/#\d+$/, '');
  return sign < 0
    ? { subject, alert: bare(subject), check }
    : { subject, alert: subject.slice(0, sign), receiver: bare(subject.slice(sign + 1)), check };
}

/** The verdict about a page's arrival; its `measuredMs` is the MTTD. */
export const isArrival = (verdict: Verdict): boolean => subjectOf(verdict).check === 'arrives';

/** The verdict about a page's resolution; its `measuredMs` is measured from the last request hit. */
export const isResolution = (verdict: Verdict): boolean => subjectOf(verdict).check === 'resolved';

/** Names of the alerts with an expectation, then of others with evidence. */
const alertNames = ({ scenario, evidence }: DrillRecord): string[] => [
  ...new Set([
    ...alertsWithEvidence(scenario.expectations).map((e) => e.alert),
    ...(evidence?.alerts ?? []).map((a) => a.alert),
  ]),
];

/**
 * If there are more than `most`, those of expected alerts come first, because the others are folded. The order is kept
 * otherwise.
 */
export function expectedFirst<T>(
  { scenario }: DrillRecord,
  all: readonly T[],
  most: number,
  alertsOf: (one: T) => readonly string[],
): readonly T[] {
  if (all.length <= most) return all;
  const expected = new Set(alertsWithEvidence(scenario.expectations).map(({ alert }) => alert));
  const isExpected = (one: T) => alertsOf(one).some((alert) => expected.has(alert));
  return [...all.filter(isExpected), ...all.filter((one) => !isExpected(one))];
}

/** The main alert of the report: that of the first failed verdict, otherwise the first expected one. */
export function leadAlert(record: DrillRecord): AlertEvidence | undefined {
  const alerts = record.evidence?.alerts ?? [];
  const failed = record.verdicts.filter((v) => v.outcome !== 'pass').map((v) => subjectOf(v).alert);
  const wanted = [...failed, ...alertNames(record)];
  for (const name of wanted) {
    const found = alerts.find((a) => a.alert === name);
    if (found) return found;
  }
  return alerts[0];
}

/** Verdicts that did not pass for the same reason. */
export interface FailureGroup {
  readonly verdicts: readonly [Verdict, ...Verdict[]];
  readonly autopsy?: Autopsy;
  /** Of the autopsy, or of the first verdict where that has none. */
  readonly evidence: readonly string[];
}

/**
 * The failures, grouped by cause: receivers that missed a page for the same reason are one failure, and the labels,
 * runbook and resolution of a missing page are not listed separately.
 */
export function failures({ verdicts, problem, outcome }: DrillRecord): FailureGroup[] {
  // A problem that broke the drill, or a failure that ended it, is reported once; broken verdicts would repeat it.
  const isReported = problem !== undefined || outcome === 'fail';
  const bad = verdicts.filter((v) => v.outcome === 'fail' || (v.outcome === 'broken' && !isReported));
  const missing = bad.filter((v) => isArrival(v) && v.measuredMs === undefined);
  const grouped = new Map<string, FailureGroup>();
  for (const verdict of bad) {
    if (!isArrival(verdict) && missing.some((m) => samePage(m, verdict))) continue;
    const { autopsy, id } = verdict;
    const { alert, check } = subjectOf(verdict);
    const same = autopsy ? [alert, check, autopsy] : verdict.outcome === 'broken' ? [verdict.message] : [id];
    const key = JSON.stringify(same);
    const before = grouped.get(key)?.verdicts ?? [];
    const [first = verdict, ...rest] = [...before, verdict];
    const evidence = autopsy?.evidence.length ? autopsy.evidence : first.evidence;
    grouped.set(key, { verdicts: [first, ...rest], evidence, ...(autopsy ? { autopsy } : {}) });
  }
  return [...grouped.values()];
}

/** Whether two verdicts are about the same expected page. */
export const samePage = (a: Verdict, b: Verdict): boolean => subjectOf(a).subject === subjectOf(b).subject;

/** The title of a receiver for sentences such as "arrived at Slack". */
export const receiverTitle = (name: string): string =>
  Object.entries(receiverKinds).find(([known]) => known === name)?.[1].title ?? name;

/** What a floor is, for readers who do not know the word. */
export const floorMeaning =
  'Floor: the time that the configuration alone needs (intervals, windows, for, group_wait), in the best, mean and worst case.';

/** The three values of a floor with one unit, in milliseconds below a second: `7.1 / 9.4 / 12.8 s`. */
export function floorText({ best, mean, worst }: Pick<Floor, 'best' | 'mean' | 'worst'>): string {
  const inSeconds = worst >= 1000;
  const one = (ms: number) =>
    !Number.isFinite(ms) ? '–' : inSeconds ? (ms / 1000).toFixed(1) : String(Math.round(ms));
  return `${one(best)} / ${one(mean)} / ${one(worst)} ${inSeconds ? 's' : 'ms'}`;
}
