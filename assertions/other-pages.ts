import { expectedPages } from '../core/expected-alerts.ts';
import { hasLabels } from '../core/labels.ts';
import type { Page, Unjudged } from '../core/record.ts';
import type { PageExpectation } from '../core/scenario.ts';
import { isAlwaysFiringPage } from './always-firing.ts';
import {
  contactPointText,
  countedPage,
  hiddenPages,
  isAbout,
  isSameAlert,
  isShown,
  messagesFor,
  mislabelledPage,
  pagesInOrder,
  whyNotFromFault,
} from './pages.ts';

/** A page that no expectation explains, and why none does. */
export interface OtherPage {
  readonly page: Page;
  readonly why: string;
}

/**
 * Returns the pages that no page expectation explains.
 *
 * An expectation explains the page by which it is judged, also when only the labels of that page are wrong, because the
 * check of the labels reports that. The page of its escalation is explained in the same way. It also explains every
 * further page if it limits their number, and further alerts of the same kind in the same notification, because one
 * message does not wake anybody twice. The same alert in a later notification is a duplicate, unless that notification had
 * to be sent anyway: Alertmanager repeats the firing alerts of a group whenever the group changes, and after each
 * `repeat_interval`. A resolved page is explained by any earlier firing page of its alert at its receiver. No expectation
 * explains an alert that its message does not show, because it was paged to nobody.
 */
export function otherPages(record: Unjudged): OtherPage[] {
  const expectations = expectedPages(record.scenario.expectations);
  const judgedBy = expectations.flatMap((expectation) => {
    const page = countedPage(record, expectation) ?? mislabelledPage(record, expectation);
    return page ? [{ page, expectation }] : [];
  });
  // Missing and hidden pages of expected alerts are reported by the check `arrives`.
  const missed = expectations.filter((one) => !judgedBy.some(({ expectation }) => expectation === one));
  const hidden = missed.flatMap((expectation) => hiddenPages(record, expectation));
  // How many of these may come is judged by the check `notifications`.
  const counted = expectations
    .filter(({ notifications }) => notifications?.atMost !== undefined)
    .flatMap((expectation) => messagesFor(record, expectation).flat());
  const inSameMessage = (page: Page) =>
    hidden.includes(page) ||
    counted.includes(page) ||
    judgedBy.some(
      (own) =>
        own.page === page ||
        (isShown(page) &&
          own.page.delivery === page.delivery &&
          isAbout(page, own.expectation) &&
          hasLabels(page.labels, own.expectation.labels) &&
          whyNotFromFault(record, page) === undefined),
    );
  const mayCome = pagesInOrder(record).filter((page) => !isAlwaysFiringPage(record, page));
  const firing = mayCome.filter((page) => page.status === 'firing');
  const accounted = firing.filter(inSameMessage);
  const deliveriesDueAnyway = new Set([
    ...accounted.map((page) => page.delivery),
    ...record.pages
      .filter((page) => page.status === 'resolved' && hasEarlierPage(accounted, page))
      .map((p) => p.delivery),
  ]);
  const others = firing
    .filter(
      (page) =>
        !accounted.includes(page) &&
        // A further message to an open incident notifies nobody.
        !(
          hasEarlierPage(accounted, page) &&
          (deliveriesDueAnyway.has(page.delivery) ||
            page.incident === 'appended' ||
            isDueRepeat(record, page))
        ),
    )
    .map((page) => ({ page, why: reason(record, page, accounted, expectations) }));
  const unpaged = mayCome
    .filter((page) => page.status === 'resolved' && !hasEarlierPage(firing, page))
    .map((page) => ({ page, why: 'resolves an alert that was not paged' }));
  const hiddenFirst = (a: OtherPage, b: OtherPage) => Number(isShown(a.page)) - Number(isShown(b.page));
  // Pages whose message does not show the alert come first, because nobody could see them.
  return [...others, ...unpaged].toSorted(
    (a, b) => hiddenFirst(a, b) || a.page.receivedAt - b.page.receivedAt,
  );
}

/** Whether the manager had to repeat the page: it repeats a firing alert after each `repeat_interval`. */
function isDueRepeat({ pages, evidence }: Unjudged, page: Page): boolean {
  const routes = (evidence?.alerts ?? []).flatMap(({ alert, route }) =>
    route && alert === page.alert ? [route] : [],
  );
  const own = routes.find(({ receiver }) => page.contactPoints?.includes(receiver)) ?? routes[0];
  const every = own?.repeatIntervalMs;
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

/** Alertmanager counts `repeat_interval` from the end of a send, and `receivedAt` is the arrival of the message. */
export const repeatToleranceMs = 250;

/** Whether one of the pages came earlier and was about the same alert at the same receiver. */
const hasEarlierPage = (pages: readonly Page[], page: Page) =>
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
  const stale = whyNotFromFault(record, page);
  if (stale) return stale;
  const elsewhere = expectations.filter(({ alert }) => alert === page.alert);
  const atReceiver = elsewhere.filter(({ receiver }) => receiver === page.receiver);
  if (atReceiver.length > 0 && !atReceiver.some((expectation) => isAbout(page, expectation))) {
    const wanted = atReceiver.map(({ contactPoint }) => contactPoint);
    return `it came ${contactPointText(page)}, expected through ${[...new Set(wanted)].join(' and ')} only`;
  }
  const first = accounted.find(
    (earlier) => earlier !== page && isAbout(page, earlier) && isSameAlert(page, earlier),
  );
  if (first && hasEarlierPage(accounted, page)) return duplicateText(record, page, first);
  if (!isShown(page)) {
    const unexpected = elsewhere.length === 0 ? 'no page of this alert is expected, and ' : '';
    return `${unexpected}the message that was sent for it does not show it`;
  }
  if (elsewhere.length === 0) return 'no page of this alert is expected';
  return atReceiver.length > 0
    ? 'another alert of this name than the one expected'
    : `expected at ${[...new Set(elsewhere.map(({ receiver }) => receiver))].join(' and ')} only`;
}

/** Describes why an alert was paged again. */
function duplicateText({ notifications = [] }: Unjudged, page: Page, first: Page): string {
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
