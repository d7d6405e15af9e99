import { humanDuration } from '../core/duration.ts';
import { labelsAgree, labelsKey, labelsText } from '../core/labels.ts';
import type { AlertEvidence, AlertStretch, Page, Unjudged } from '../core/record.ts';
import type { PageExpectation } from '../core/scenario.ts';
import { lostAtEnd } from './causes/lost-value.ts';
import type { Finding } from './finding.ts';
import { countedPage, mislabelledPage, resolutionOf } from './pages.ts';

/** Judges that the alert kept firing until the fault was reverted: it neither ended early nor flapped. */
export function stays(record: Unjudged, expectation: PageExpectation): Finding {
  const page = countedPage(record, expectation) ?? mislabelledPage(record, expectation);
  if (!page) return { outcome: 'fail', message: 'no page arrived whose alert could stay on', evidence: [] };
  const { heldUntil, injectedAt = Number.NaN } = record.faultWindow ?? {};
  if (heldUntil === undefined) {
    return { outcome: 'broken', message: 'it is not known until when the fault was held on', evidence: [] };
  }
  const resolution = resolutionOf(record, page);
  if (resolution && resolution.receivedAt < heldUntil) {
    const early = humanDuration(heldUntil - resolution.receivedAt);
    const message = `it was resolved at ${resolution.receiver} ${early} before the fault was reverted`;
    return { outcome: 'fail', message, evidence: linesOf(record, expectation.alert) };
  }
  const lives = firingStretchesOf(record, page, injectedAt).map((stretches) =>
    judgeStretches(stretches, heldUntil),
  );
  const [first] = lives;
  if (!first) {
    return {
      outcome: 'broken',
      message: 'none of its firing states was recorded',
      evidence: linesOf(record, expectation.alert),
    };
  }
  // If the message does not show its alert exactly, one matching alert that kept firing suffices.
  const life = lives.find(({ outcome }) => outcome === 'pass') ?? first;
  if (life.outcome === 'pass') return { ...life, evidence: [] };
  const lost = evidenceOfName(record, page.alert).flatMap((alert) =>
    earlyEnds(alert, heldUntil).flatMap((ended) => lostAtEnd(alert, ended, injectedAt)),
  );
  const why = lost.length > 0 ? ': the value that its rule compares was gone' : '';
  return {
    ...life,
    message: `${life.message}${why}`,
    evidence: [...new Set(lost), ...linesOf(record, expectation.alert)],
  };
}

/** Returns the firing stretches since the fault of each alert that the page may be about. */
function firingStretchesOf(record: Unjudged, page: Page, injectedAt: number): AlertStretch[][] {
  const firing = distinct(evidenceOfName(record, page.alert).flatMap((found) => found.firing)).filter(
    ({ from }) => from >= injectedAt,
  );
  const alerts = [...Map.groupBy(firing, ({ labels }) => labelsKey(labels)).values()];
  const labels = managerLabels(record, page) ?? page.labels;
  const fired = alerts.filter((stretches) => stretches.some(({ from }) => from <= page.receivedAt));
  const own = fired.filter((stretches) => stretches.every((stretch) => labelsAgree(labels, stretch.labels)));
  // Relabelling may have changed all labels, so without a match every alert that fired counts.
  return (own.length > 0 ? own : fired).map((stretches) => stretches.toSorted((a, b) => a.from - b.from));
}

/** Returns all labels of the page's alert as the manager sent them. */
const managerLabels = ({ notifications }: Unjudged, { notification = -1, labels }: Page) =>
  notifications?.[notification]?.alerts.find(
    (alert) => alert.status === 'firing' && labelsAgree(labels, alert.labels),
  )?.labels;

/** The stretches that ended while the fault lasted. */
const earlyEnds = ({ firing }: AlertEvidence, heldUntil: number) =>
  firing.flatMap(({ labels, endedAt }) =>
    endedAt !== undefined && endedAt < heldUntil ? [{ labels, endedAt }] : [],
  );

type StretchResult = Pick<Finding, 'outcome' | 'message'>;

function judgeStretches(stretches: readonly AlertStretch[], heldUntil: number): StretchResult {
  const early = stretches.filter(({ from }) => from < heldUntil);
  const [first] = early;
  const last = early.at(-1);
  if (!first || !last) return { outcome: 'broken', message: 'it was not seen to fire before the revert' };
  if (early.length > 1) {
    const message = `it ended and fired again while the fault lasted: ${early.length} times`;
    return { outcome: 'fail', message };
  }
  if (last.endedAt !== undefined && last.endedAt < heldUntil) {
    const lead = humanDuration(heldUntil - last.endedAt);
    return { outcome: 'fail', message: `it gave up ${lead} before the fault was reverted` };
  }
  if (last.endedAt === undefined && last.to < heldUntil) {
    return { outcome: 'broken', message: 'its states are not known until the revert' };
  }
  return {
    outcome: 'pass',
    message: `it fired from ${humanDuration(heldUntil - first.from)} before the revert on`,
  };
}

/** Returns the evidence of the alerts of a name: that of several rules, or the same for several expectations. */
const evidenceOfName = ({ evidence }: Unjudged, alert: string): AlertEvidence[] =>
  (evidence?.alerts ?? []).filter((found) => found.alert === alert);

/** Removes stretches that occur several times. */
const distinct = <T extends AlertStretch>(stretches: readonly T[]): T[] => {
  const key = ({ labels, from }: T) => `${from} ${labelsText(labels)}`;
  return [...new Map(stretches.toReversed().map((one) => [key(one), one])).values()].toReversed();
};

function linesOf(record: Unjudged, alert: string): string[] {
  const { injectedAt = Number.NaN, heldUntil = Number.NaN } = record.faultWindow ?? {};
  const after = (at: number) => humanDuration(at - injectedAt);
  const found = evidenceOfName(record, alert);
  const states = [
    ...distinct(found.flatMap(({ pending }) => pending)).map((one) => ({ ...one, state: 'pending' })),
    ...distinct(found.flatMap(({ firing }) => firing)).map((one) => ({ ...one, state: 'firing' })),
  ];
  return [
    `the fault was held on until ${after(heldUntil)} after the injection`,
    ...states
      .filter(({ from }) => from >= injectedAt)
      .toSorted((a, b) => a.from - b.from)
      .map(
        ({ state, labels, from, to, endedAt = to }) =>
          `${state} {${labelsText(labels)}} from ${after(from)} to ${after(endedAt)} after the injection`,
      ),
  ];
}
