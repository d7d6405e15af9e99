import type { Page, Unjudged } from '../core/record.ts';
import type { PageExpectation } from '../core/scenario.ts';
import { closes, unnoticed } from './incidents.ts';

type Labels = Readonly<Record<string, string>>;

/** Whether no label that both carry differs; a rendered message shows some labels only. */
export const agree = (a: Labels, b: Labels): boolean =>
  Object.entries(a).every(([label, value]) => b[label] === undefined || b[label] === value);

/** Whether two pages are of the same alert: where both managers said which, by all labels. */
export const isSameAlert = (a: Page, b: Page): boolean =>
  agree(a.labels, b.labels) &&
  (a.notification === undefined ||
    b.notification === undefined ||
    Object.keys(a.labels).length === Object.keys(b.labels).length);

export const carries = (page: { readonly labels: Labels }, labels: Labels): boolean =>
  Object.entries(labels).every(([label, value]) => page.labels[label] === value);

export const cameThrough = ({ contactPoints = [] }: Page, contactPoint: string): boolean =>
  contactPoints.includes(contactPoint);

/** Whether a page is of this alert, and came where that was to go. */
export const isAbout = (
  page: Page,
  { alert, receiver, contactPoint }: Pick<PageExpectation, 'alert' | 'receiver' | 'contactPoint'>,
): boolean =>
  page.alert === alert &&
  page.receiver === receiver &&
  (contactPoint === undefined || cameThrough(page, contactPoint));

/** Whether two pages may have come through the same contact point; where it is not known, they may. */
const sameWay = ({ contactPoints: a = [] }: Page, { contactPoints: b = [] }: Page): boolean =>
  a.length === 0 || b.length === 0 || a.some((name) => b.includes(name));

/** ` through payments-slack`, of an expectation that names one. */
export const throughPart = ({ contactPoint }: Pick<PageExpectation, 'contactPoint'>): string =>
  contactPoint === undefined ? '' : ` through ${contactPoint}`;

/** `through payments-slack`, for a sentence about a page. */
export const throughText = ({ contactPoints = [] }: Page): string =>
  contactPoints.length > 0
    ? `through ${contactPoints.join(' or ')}`
    : 'through no contact point that the configuration names';

/** Messages may show whole seconds; then the alert may have started up to the next one. */
const latestStart = (startsAt: number) => (startsAt % 1000 === 0 ? startsAt + 999 : startsAt);

/**
 * Why a firing page cannot have come from the fault; `undefined` when it can.
 *
 * A page before the first request hit cannot be a page about hit requests, whatever else caused it.
 */
export function staleness(record: Unjudged, page: Page): string | undefined {
  const { faultWindow, evidence } = record;
  if (!faultWindow) return 'there was no fault';
  const { injectedAt, firstHitAt = Number.POSITIVE_INFINITY } = faultWindow;
  if (page.receivedAt < injectedAt) return 'it came before the fault';
  if (page.receivedAt < firstHitAt) return 'it came before the first request was hit';
  if (page.startsAt !== undefined && latestStart(page.startsAt) < injectedAt) {
    return 'its alert started before the fault';
  }
  const firing = evidence?.alerts
    .filter(({ alert }) => alert === page.alert)
    .flatMap((alert) => alert.firing)
    .some(({ labels, from, to }) => from < injectedAt && to >= injectedAt && agree(page.labels, labels));
  return firing ? 'its alert was already firing when the fault was injected' : unnoticed(page);
}

/** The page that an expectation is judged by: alert, receiver and labels as demanded, and from the fault. */
export function countedPage(record: Unjudged, expectation: PageExpectation): Page | undefined {
  return freshPages(record, expectation).find((page) => carries(page, expectation.labels));
}

/** A page that would count but for its labels, when none counts. */
export function mislabelledPage(record: Unjudged, expectation: PageExpectation): Page | undefined {
  const fresh = freshPages(record, expectation);
  return fresh.some((page) => carries(page, expectation.labels)) ? undefined : fresh[0];
}

/** Whether a person who reads the message learns of the alert; of a message that nothing else is known of, yes. */
export const isShown = ({ shown = true }: Page): boolean => shown;

const freshPages = (record: Unjudged, expectation: PageExpectation) =>
  allFresh(record, expectation).filter(isShown);

const allFresh = (record: Unjudged, expectation: PageExpectation) =>
  inOrder(record).filter(
    (page) => page.status === 'firing' && isAbout(page, expectation) && staleness(record, page) === undefined,
  );

/** The pages that would count, if their messages showed the alert. */
export const hiddenPages = (record: Unjudged, expectation: PageExpectation): Page[] =>
  allFresh(record, expectation).filter((page) => !isShown(page) && carries(page, expectation.labels));

export const inOrder = ({ pages }: Unjudged): Page[] => pages.toSorted((a, b) => a.receivedAt - b.receivedAt);

/** The first resolved page of the alert that a firing page was about. */
export function resolutionOf(record: Unjudged, firing: Page): Page | undefined {
  return inOrder(record).find(
    (page) =>
      page.status === 'resolved' &&
      isShown(page) &&
      page.receiver === firing.receiver &&
      sameWay(page, firing) &&
      page.receivedAt >= firing.receivedAt &&
      closes(page, firing, () => isAbout(page, firing) && isSameAlert(page, firing)),
  );
}
