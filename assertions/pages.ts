import { hasLabels, labelsAgree } from '../core/labels.ts';
import type { Page, Unjudged } from '../core/record.ts';
import type { PageExpectation } from '../core/scenario.ts';
import { closes, whyNobodyNotified } from './incidents.ts';

/** Whether two pages belong to the same alert. If the managers reported both, the number of labels must be equal as well. */
export const isSameAlert = (a: Page, b: Page): boolean =>
  labelsAgree(a.labels, b.labels) &&
  (a.notification === undefined ||
    b.notification === undefined ||
    Object.keys(a.labels).length === Object.keys(b.labels).length);

export const cameThrough = ({ contactPoints = [] }: Page, contactPoint: string): boolean =>
  contactPoints.includes(contactPoint);

/** Whether a page is about this alert and came to this receiver, through the contact point if one is given. */
export const isAbout = (
  page: Page,
  { alert, receiver, contactPoint }: Pick<PageExpectation, 'alert' | 'receiver' | 'contactPoint'>,
): boolean =>
  page.alert === alert &&
  page.receiver === receiver &&
  (contactPoint === undefined || cameThrough(page, contactPoint));

/** Whether two pages may have come through the same contact point. `true` when a contact point is not known. */
const mayShareContactPoint = ({ contactPoints: a = [] }: Page, { contactPoints: b = [] }: Page): boolean =>
  a.length === 0 || b.length === 0 || a.some((name) => b.includes(name));

/** Returns ` through team-slack` for an expectation with a contact point, else an empty text. */
export const contactPointPart = ({ contactPoint }: Pick<PageExpectation, 'contactPoint'>): string =>
  contactPoint === undefined ? '' : ` through ${contactPoint}`;

/** Returns `through team-slack`, for a sentence about a page. */
export const contactPointText = ({ contactPoints = [] }: Page): string =>
  contactPoints.length > 0
    ? `through ${contactPoints.join(' or ')}`
    : 'through no contact point that the configuration names';

/** The latest start of an alert. If the message shows whole seconds, the alert may have started within that second. */
const latestStartOf = (startsAt: number) => (startsAt % 1000 === 0 ? startsAt + 999 : startsAt);

/**
 * Returns why the fault cannot have caused a firing page; `undefined` when it can.
 *
 * A page that arrived before the first request was hit cannot be about hit requests.
 */
export function whyNotFromFault(record: Unjudged, page: Page): string | undefined {
  const { faultWindow, evidence } = record;
  if (!faultWindow) return 'there was no fault';
  const { injectedAt, firstHitAt = Number.POSITIVE_INFINITY } = faultWindow;
  if (page.receivedAt < injectedAt) return 'it came before the fault';
  if (page.receivedAt < firstHitAt) return 'it came before the first request was hit';
  if (page.startsAt !== undefined && latestStartOf(page.startsAt) < injectedAt) {
    return 'its alert started before the fault';
  }
  const firing = evidence?.alerts
    .filter(({ alert }) => alert === page.alert)
    .flatMap((alert) => alert.firing)
    .some(
      ({ labels, from, to }) => from < injectedAt && to >= injectedAt && labelsAgree(page.labels, labels),
    );
  return firing ? 'its alert was already firing when the fault was injected' : whyNobodyNotified(page);
}

/** Pages of the alert that the vendor accepted without notifying anybody. */
export const unnoticedPages = (record: Unjudged, expectation: PageExpectation): Page[] =>
  pagesInOrder(record).filter(
    (page) => page.status === 'firing' && isAbout(page, expectation) && whyNobodyNotified(page) !== undefined,
  );

/** Returns the page by which an expectation is judged: the first with the right alert, receiver and labels from the fault. */
export function countedPage(record: Unjudged, expectation: PageExpectation): Page | undefined {
  return messagesFor(record, expectation)[0]?.[0];
}

/**
 * Returns the pages that count for an expectation, by the message that they came in, the first message first. Each message
 * has a page for each alert that it shows.
 */
export const messagesFor = (record: Unjudged, expectation: PageExpectation): Page[][] => {
  const counted = shownPagesFromFault(record, expectation).filter((page) =>
    hasLabels(page.labels, expectation.labels),
  );
  return [...Map.groupBy(counted, ({ delivery }) => delivery).values()];
};

/** Returns the first page that only lacks the right labels; `undefined` when a page counts. */
export function mislabelledPage(record: Unjudged, expectation: PageExpectation): Page | undefined {
  const fresh = shownPagesFromFault(record, expectation);
  return fresh.some((page) => hasLabels(page.labels, expectation.labels)) ? undefined : fresh[0];
}

/** Whether the message shows the alert to its reader. `true` when this is not known. */
export const isShown = ({ shown = true }: Page): boolean => shown;

const shownPagesFromFault = (record: Unjudged, expectation: PageExpectation) =>
  firingPagesFromFault(record, expectation).filter(isShown);

const firingPagesFromFault = (record: Unjudged, expectation: PageExpectation) =>
  pagesInOrder(record).filter(
    (page) =>
      page.status === 'firing' && isAbout(page, expectation) && whyNotFromFault(record, page) === undefined,
  );

/** Returns the pages that would count if their messages showed the alert. */
export const hiddenPages = (record: Unjudged, expectation: PageExpectation): Page[] =>
  firingPagesFromFault(record, expectation).filter(
    (page) => !isShown(page) && hasLabels(page.labels, expectation.labels),
  );

export const pagesInOrder = ({ pages }: Unjudged): Page[] =>
  pages.toSorted((a, b) => a.receivedAt - b.receivedAt);

/** Returns the first page that resolves the alert of a firing page. */
export function resolutionOf(record: Unjudged, firing: Page): Page | undefined {
  return pagesInOrder(record).find(
    (page) =>
      page.status === 'resolved' &&
      isShown(page) &&
      page.receiver === firing.receiver &&
      mayShareContactPoint(page, firing) &&
      page.receivedAt >= firing.receivedAt &&
      closes(page, firing, () => isAbout(page, firing) && isSameAlert(page, firing)),
  );
}
