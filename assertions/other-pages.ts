import type { Page, Unjudged } from '../core/record.ts';
import type { PageExpectation } from '../core/scenario.ts';
import { isAlwaysFiringPage } from './always-firing.ts';
import {
  carries,
  countedPage,
  hiddenPages,
  inOrder,
  isAbout,
  isSameAlert,
  isShown,
  mislabelledPage,
  staleness,
  throughText,
} from './pages.ts';

/** A page that nothing in the scenario accounts for, and why. */
export interface OtherPage {
  readonly page: Page;
  readonly why: string;
}

/**
 * The pages that no page expectation accounts for.
 *
 * An expectation accounts for the page that it is judged by (also when only its labels are wrong: that is
 * said once, by the check of the labels), and for further alerts of the same kind in the same notification:
 * one message wakes nobody twice. The same alert in a later notification is a duplicate, unless that
 * notification had to be sent anyway: Alertmanager repeats what still fires in a group whenever the group
 * changes, and after each `repeat_interval`. A resolved page is accounted for by any earlier firing page of its alert at
 * its receiver. An alert that the message does not show was paged to nobody, and nothing accounts for it.
 */
export function otherPages(record: Unjudged): OtherPage[] {
  const expectations = record.scenario.expectations.filter((e) => e.kind === 'page');
  const judgedBy = expectations.flatMap((expectation) => {
    const page = countedPage(record, expectation) ?? mislabelledPage(record, expectation);
    return page ? [{ page, expectation }] : [];
  });
  // Told by the check that it arrives.
  const missed = expectations.filter((one) => !judgedBy.some(({ expectation }) => expectation === one));
  const hidden = missed.flatMap((expectation) => hiddenPages(record, expectation));
  const inSameMessage = (page: Page) =>
    hidden.includes(page) ||
    judgedBy.some(
      (own) =>
        own.page === page ||
        (isShown(page) &&
          own.page.delivery === page.delivery &&
          isAbout(page, own.expectation) &&
          carries(page, own.expectation.labels) &&
          staleness(record, page) === undefined),
    );
  const mayCome = inOrder(record).filter((page) => !isAlwaysFiringPage(record, page));
  const firing = mayCome.filter((page) => page.status === 'firing');
  const accounted = firing.filter(inSameMessage);
  const dueAnyway = new Set([
    ...accounted.map((page) => page.delivery),
    ...record.pages
      .filter((page) => page.status === 'resolved' && has(accounted, page))
      .map((p) => p.delivery),
  ]);
  const others = firing
    .filter(
      (page) =>
        !accounted.includes(page) &&
        // Of an incident that is open, a further message notifies nobody.
        !(
          has(accounted, page) &&
          (dueAnyway.has(page.delivery) || page.incident === 'appended' || isDueRepeat(record, page))
        ),
    )
    .map((page) => ({ page, why: reason(record, page, accounted, expectations) }));
  const unpaged = mayCome
    .filter((page) => page.status === 'resolved' && !has(firing, page))
    .map((page) => ({ page, why: 'resolves an alert that was not paged' }));
  const hiddenFirst = (a: OtherPage, b: OtherPage) => Number(isShown(a.page)) - Number(isShown(b.page));
  // What nobody could see is the worst of it.
  return [...others, ...unpaged].toSorted(
    (a, b) => hiddenFirst(a, b) || a.page.receivedAt - b.page.receivedAt,
  );
}

/** What still fires is sent again after each `repeat_interval`, which a fault that is held on may outlast. */
function isDueRepeat({ pages, evidence }: Unjudged, page: Page): boolean {
  const every = evidence?.alerts.find(({ alert }) => alert === page.alert)?.route?.repeatIntervalMs;
  if (every === undefined || every <= 0) return false;
  const earlier = pages.filter(
    (one) =>
      one !== page &&
      one.status === 'firing' &&
      one.startsAt === page.startsAt &&
      one.receivedAt <= page.receivedAt &&
      isAbout(one, page) &&
      isSameAlert(one, page),
  );
  const last = Math.max(...earlier.map(({ receivedAt }) => receivedAt));
  return earlier.length > 0 && page.receivedAt - last >= every - repeatToleranceMs;
}

/** A notification is stamped when it has been sent, and the next one when it arrives. */
const repeatToleranceMs = 250;

/** Whether one of the pages came earlier and was about the same alert at the same receiver. */
const has = (pages: readonly Page[], page: Page) =>
  pages.some(
    (earlier) =>
      earlier !== page &&
      earlier.receivedAt <= page.receivedAt &&
      isAbout(page, earlier) &&
      isSameAlert(page, earlier),
  );

function reason(
  record: Unjudged,
  page: Page,
  accounted: readonly Page[],
  expectations: readonly PageExpectation[],
): string {
  const stale = staleness(record, page);
  if (stale) return stale;
  const elsewhere = expectations.filter(({ alert }) => alert === page.alert);
  const atReceiver = elsewhere.filter(({ receiver }) => receiver === page.receiver);
  if (atReceiver.length > 0 && !atReceiver.some((expectation) => isAbout(page, expectation))) {
    const wanted = atReceiver.map(({ contactPoint }) => contactPoint);
    return `it came ${throughText(page)}, expected through ${[...new Set(wanted)].join(' and ')} only`;
  }
  const first = accounted.find(
    (earlier) => earlier !== page && isAbout(page, earlier) && isSameAlert(page, earlier),
  );
  if (first && has(accounted, page)) return againText(record, page, first);
  if (!isShown(page)) {
    const unexpected = elsewhere.length === 0 ? 'no page of this alert is expected, and ' : '';
    return `${unexpected}the message that was sent for it does not show it`;
  }
  if (elsewhere.length === 0) return 'no page of this alert is expected';
  return atReceiver.length > 0
    ? 'another alert of this name than the one expected'
    : `expected at ${[...new Set(elsewhere.map(({ receiver }) => receiver))].join(' and ')} only`;
}

/** Why an alert that had been paged came once more. */
function againText({ notifications = [] }: Unjudged, page: Page, first: Page): string {
  const [one, other] = [first, page].map(({ notification = -1 }) => notifications[notification]);
  const sameStart = first.startsAt !== undefined && first.startsAt === page.startsAt;
  if (one && other && sameStart && (one.contactPoint !== other.contactPoint || one.index !== other.index)) {
    return one.contactPoint === other.contactPoint
      ? `${one.contactPoint} sends it twice, through its ${ordinal(one.index)} and its ${ordinal(other.index)} notifier for ${other.kind}`
      : `it is sent through ${one.contactPoint} and through ${other.contactPoint}`;
  }
  return first.startsAt === page.startsAt ? 'a repeat of a page that had arrived' : 'the alert fired again';
}

/** @param index from 0. */
const ordinal = (index: number): string => ['first', 'second', 'third'][index] ?? `${index + 1}th`;
