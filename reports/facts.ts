import { firingHops, resolvingHops } from '../core/hops.ts';
import { receiverKinds } from '../core/receivers/receivers.ts';
import type { AlertEvidence, Autopsy, DrillRecord, Floor, Hop, Verdict } from '../core/record.ts';

/** A hop with what the reader wants of it: when it was, counted from the first hit, and how long it took. */
export interface Step extends Hop {
  /** Place on the way, from 1; the same number in every report. */
  readonly number: number;
  /** Milliseconds since the first request hit (since injection, when none was). */
  readonly sinceMs?: number;
  /** Milliseconds since the hops before it on the same way. */
  readonly tookMs?: number;
}

/** A fault that hits no request does not have these. */
const ofHits: readonly string[] = ['first request hit', 'last request hit'];

const order: readonly string[] = [...firingHops, ...resolvingHops];

/** From where times count: the first request hit, or what is known instead. */
export const originOf = ({ faultWindow, startedAt }: DrillRecord): number =>
  faultWindow?.firstHitAt ?? faultWindow?.injectedAt ?? startedAt;

/** The whole way of an alert and back, reached or not, in order. */
export function waySteps(record: DrillRecord, alert: AlertEvidence): Step[] {
  const origin = originOf(record);
  const way = (names: readonly Hop['name'][]) => {
    let latest: number | undefined;
    return names.flatMap((name): Step[] => {
      const hop = alert.hops.find((h) => h.name === name);
      const number = order.indexOf(name) + 1;
      if (!hop) return [];
      if (hop.at === undefined && !record.scenario.fault.hits && ofHits.includes(name)) return [];
      if (hop.at === undefined) return [{ ...hop, number }];
      // Clocks of two components differ by a little: a hop never takes less than nothing.
      const took = latest === undefined ? {} : { tookMs: Math.max(0, hop.at - latest) };
      latest = Math.max(latest ?? hop.at, hop.at);
      return [{ ...hop, number, sinceMs: hop.at - origin, ...took }];
    });
  };
  return [...way(firingHops), ...way(resolvingHops)];
}

export const isFiringHop = (name: Hop['name']): boolean => (firingHops as readonly string[]).includes(name);

/** What a verdict is about. */
export interface Parts {
  /** The same for all checks of one expectation. */
  readonly subject: string;
  readonly alert: string;
  readonly receiver?: string;
  readonly check: string;
}

export function partsOf(verdict: Verdict): Parts {
  const { check, expectation, alert = '', receiver } = verdict;
  if (check === undefined) return partsOfId(verdict.id);
  const subject = expectation === undefined ? check : String(expectation);
  return { subject, alert, check, ...(receiver ? { receiver } : {}) };
}

/**
 * Of a verdict in a record before version 4, which only has its id: `CheckoutErrorRateHigh@slack/arrives`; the receiver may
 * be missing, and a second expectation of the same page is told by `#2` before the check.
 */
export function partsOfId(id: string): Parts {
  const slash = id.lastIndexOf('/');
  const [subject, check] = slash < 0 ? [id, ''] : [id.slice(0, slash), id.slice(slash + 1)];
  const sign = subject.lastIndexOf('@');
  const bare = (text: string) => text.replace(/#\d+$/, '');
  return sign < 0
    ? { subject, alert: bare(subject), check }
    : { subject, alert: subject.slice(0, sign), receiver: bare(subject.slice(sign + 1)), check };
}

/** The verdict on the arrival of a page; its `measuredMs` is the MTTD. */
export const isArrival = (verdict: Verdict): boolean => partsOf(verdict).check === 'arrives';

/** The verdict on the end of a page; its `measuredMs` counts from the last request hit. */
export const isResolution = (verdict: Verdict): boolean => partsOf(verdict).check === 'resolved';

/** Names of the alerts that the scenario expects something of, then of others with evidence. */
const alertNames = ({ scenario, evidence }: DrillRecord): string[] => [
  ...new Set([...scenario.expectations.map((e) => e.alert), ...(evidence?.alerts ?? []).map((a) => a.alert)]),
];

/** The alert that the report tells about first: of the first failed verdict, else the first expected. */
export function leadAlert(record: DrillRecord): AlertEvidence | undefined {
  const alerts = record.evidence?.alerts ?? [];
  const failed = record.verdicts.filter((v) => v.outcome !== 'pass').map((v) => partsOf(v).alert);
  const wanted = [...failed, ...alertNames(record)];
  for (const name of wanted) {
    const found = alerts.find((a) => a.alert === name);
    if (found) return found;
  }
  return alerts[0];
}

/** What a reader has to understand once: verdicts that did not pass for the same reason. */
export interface Failure {
  readonly verdicts: readonly [Verdict, ...Verdict[]];
  readonly autopsy?: Autopsy;
  /** Of the autopsy, or of the first verdict where that has none. */
  readonly evidence: readonly string[];
}

/**
 * The failures, each cause once: receivers that missed a page for the same reason are one failure, and the
 * labels, the runbook and the resolution of a page that never came are none of their own.
 */
export function failures({ verdicts, problem, outcome }: DrillRecord): Failure[] {
  // What broke the drill is told once, as its problem; the verdicts only repeat it. So does a failure that ended it.
  const isTold = problem !== undefined || outcome === 'fail';
  const bad = verdicts.filter((v) => v.outcome === 'fail' || (v.outcome === 'broken' && !isTold));
  const missing = bad.filter((v) => isArrival(v) && v.measuredMs === undefined);
  const grouped = new Map<string, Failure>();
  for (const verdict of bad) {
    if (!isArrival(verdict) && missing.some((m) => samePage(m, verdict))) continue;
    const { autopsy, id } = verdict;
    const { alert, check } = partsOf(verdict);
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
export const samePage = (a: Verdict, b: Verdict): boolean => partsOf(a).subject === partsOf(b).subject;

/** `Slack`, as in "arrived at Slack". */
export const receiverTitle = (name: string): string =>
  Object.entries(receiverKinds).find(([known]) => known === name)?.[1].title ?? name;

/** The three numbers of a floor with one unit, in milliseconds below a second: `7.1 / 9.4 / 12.8 s`. */
export function floorText({ best, mean, worst }: Pick<Floor, 'best' | 'mean' | 'worst'>): string {
  const inSeconds = worst >= 1000;
  const one = (ms: number) =>
    !Number.isFinite(ms) ? '–' : inSeconds ? (ms / 1000).toFixed(1) : String(Math.round(ms));
  return `${one(best)} / ${one(mean)} / ${one(worst)} ${inSeconds ? 's' : 'ms'}`;
}
