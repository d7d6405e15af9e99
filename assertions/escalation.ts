import { humanDuration } from '../core/duration.ts';
import { evidenceOf } from '../core/expected-alerts.ts';
import { floorFor } from '../core/floor-for.ts';
import { labelsAgree } from '../core/labels.ts';
import { paced } from '../core/pace.ts';
import type { FloorTermName, Page, Unjudged } from '../core/record.ts';
import type { PageExpectation } from '../core/scenario.ts';
import { caseOf } from './causes/case.ts';
import { timerToleranceMs } from './causes/group-interval.ts';
import { expectedNotifications } from './causes/sent-notifications.ts';
import type { Finding } from './finding.ts';
import { arrives, lineOf } from './page-verdicts.ts';
import { countedPage, messagesFor, mislabelledPage, resolutionOf } from './pages.ts';

/**
 * Judges that an alert which nobody resolves reaches the second receiver: not before its time, counted from the page at the
 * first receiver, and within the target, counted from the first request hit. If the alert was resolved before that time, no
 * page may come.
 *
 * @param escalation the page at the second receiver, as `escalationOf` returns it.
 */
export function escalates(
  record: Unjudged,
  expectation: PageExpectation,
  escalation: PageExpectation,
): Finding {
  const afterMs = paced(expectation.escalatesTo?.after ?? '0', record.pace);
  const firsts = messagesFor(record, expectation).flat();
  const page = countedPage(record, escalation);
  if (!page) {
    const [first] = firsts;
    const wasDue = firsts.some((one) => endOf(record, expectation, one) >= one.receivedAt + afterMs);
    if (!first || wasDue || wasSent(record, escalation)) return arrives(record, escalation);
    const after = humanDuration(endOf(record, expectation, first) - first.receivedAt);
    const message = `no page came to ${escalation.receiver}: the alert was resolved ${after} after its page at ${first.receiver}, before ${humanDuration(afterMs)}`;
    return { outcome: 'pass', message, evidence: [lineOf(first)] };
  }
  const before = firsts.filter(
    (first) => first.receivedAt <= page.receivedAt && isSameButFor(expectation, first, page),
  );
  const open = before.find((first) => endOf(record, expectation, first) + timerToleranceMs > page.receivedAt);
  const resolutions = before.flatMap((first) => resolutionOf(record, first) ?? []);
  const evidence = [...new Set([...before, ...resolutions, page])]
    .filter(({ receivedAt }) => receivedAt <= page.receivedAt)
    .toSorted((a, b) => a.receivedAt - b.receivedAt)
    .map(lineOf);
  const failed = (message: string): Finding => ({ outcome: 'fail', message, evidence });
  const last = before.at(-1);
  if (!last) return failed(`it came to ${page.receiver} before any page at ${expectation.receiver}`);
  if (!open) {
    const since = humanDuration(page.receivedAt - endOf(record, expectation, last));
    return failed(`it came to ${page.receiver} although the alert had been resolved ${since} before`);
  }
  const waitedMs = page.receivedAt - open.receivedAt;
  const waited = `it escalated ${humanDuration(waitedMs)} after its page at ${open.receiver}`;
  const toleranceMs = timerToleranceMs + chanceMs(record, expectation);
  if (waitedMs < afterMs - toleranceMs) {
    return failed(`${waited}, ${humanDuration(afterMs - waitedMs)} too early`);
  }
  const arrival = arrives(record, escalation);
  return { ...arrival, message: `${waited}; ${arrival.message}`, evidence };
}

/** Whether a notification for the second receiver was sent, delivered or not, or a page came with other labels. */
function wasSent(record: Unjudged, escalation: PageExpectation): boolean {
  const escalationCase = caseOf(record, escalation);
  const sent = escalationCase ? expectedNotifications(escalationCase) : [];
  return sent.length > 0 || mislabelledPage(record, escalation) !== undefined;
}

/** Whether two pages are about the same alert, apart from the labels that the escalation sets. */
function isSameButFor({ escalatesTo }: PageExpectation, first: Page, page: Page): boolean {
  const own = Object.entries(first.labels).filter(([name]) => escalatesTo?.labels?.[name] === undefined);
  return labelsAgree(Object.fromEntries(own), page.labels);
}

/**
 * Returns when the alert of a page ended, in epoch milliseconds: by its states, or by the resolved page if that is all that is
 * known. Infinity: not in this drill.
 */
function endOf(record: Unjudged, expectation: PageExpectation, page: Page): number {
  const states = (evidenceOf(record, expectation)?.firing ?? [])
    .filter(({ labels, from }) => labelsAgree(page.labels, labels) && from <= page.receivedAt)
    .toSorted((a, b) => a.from - b.from);
  const resolvedAt = resolutionOf(record, page)?.receivedAt ?? Number.POSITIVE_INFINITY;
  return Math.min(resolvedAt, states.at(-1)?.endedAt ?? Number.POSITIVE_INFINITY);
}

/** Terms of the floor from the rule to the page. */
const termsOfPage: readonly FloorTermName[] = [
  'evaluation',
  'spread',
  'group wait',
  'group interval',
  'delivery',
];

/** How much later than in the best case the configuration may have sent the first page. */
const chanceMs = (record: Unjudged, expectation: PageExpectation): number =>
  (floorFor(record, expectation)?.detect.terms ?? [])
    .filter(({ name }) => termsOfPage.includes(name))
    .reduce((sum, { worst, best }) => sum + worst - best, 0);
