import type { Delivery, Notification, Unjudged } from '../core/record.ts';
import type { PageExpectation } from '../core/scenario.ts';
import { carries, countedPage, mislabelledPage, resolutionOf } from './pages.ts';

/**
 * The messages that a receiver refused for good, which nothing accounts for: with the chat or the key of another they
 * would be somebody's page, or a part of a contact point does not work.
 *
 * A scenario accounts for them where it has the receiver refuse, and so does a page or a resolution that is missing at
 * that receiver: that is told with its own cause. Where it is known which alerts a message was of, it accounts only for
 * those of its own alert. A message that was taken after all is no loss.
 */
export function refusedMessages(record: Unjudged): Delivery[] {
  const isTold = accountedFor(record);
  const { notifications } = record;
  return record.deliveries.filter(({ receiver, responseStatus }, index) => {
    if (!isForGood(responseStatus)) return false;
    const sent = notifications?.find(({ attempts = [] }) => attempts.includes(index));
    return sent?.delivery === undefined && !isTold(receiver, sent);
  });
}

/**
 * What Alertmanager or Grafana tried to send and could not, through an integration at which nothing accounts for it: a page that
 * nobody got is not nobody paged. Attempts alone may be of a message that arrived in the end.
 */
export function undelivered(record: Unjudged): string[] {
  const isTold = accountedFor(record);
  const { failedNotifications, notifierErrors = [] } = record.evidence ?? {};
  if (failedNotifications) {
    return failedNotifications
      .filter(({ final, kind, contactPoint }) => final && !isTold(kind, undefined, contactPoint))
      .map(
        ({ at, manager, contactPoint, kind, index = 0, message }) =>
          `${new Date(at).toISOString()} ${manager === 'grafana' ? 'Grafana' : 'Alertmanager'}, ${contactPoint}/${kind}[${index}]: ${message}`,
      );
  }
  const arrived = new Set(record.deliveries.map(({ receiver }) => String(receiver)));
  return notifierErrors.filter((line) => {
    const [, what, integration = ''] =
      /(gave up on|failed attempts of \w+ to notify) through (\w+)/.exec(line) ?? [];
    if (what === undefined || isTold(integration)) return false;
    return what === 'gave up on' || !arrived.has(integration);
  });
}

/** Whether a loss at a receiver is told elsewhere. */
type Told = (receiver: string, sent?: Notification, contactPoint?: string) => boolean;

function accountedFor(record: Unjudged): Told {
  const { expectations, refusing } = record.scenario;
  const wanting = expectations.filter((expectation): expectation is PageExpectation => {
    if (expectation.kind !== 'page') return false;
    const page = countedPage(record, expectation) ?? mislabelledPage(record, expectation);
    return !page || !resolutionOf(record, page);
  });
  return (receiver, sent, contactPoint = sent?.contactPoint) =>
    Object.keys(refusing ?? {}).includes(receiver) ||
    wanting.some(
      (expectation) =>
        expectation.receiver === receiver &&
        (contactPoint === undefined || (expectation.contactPoint ?? contactPoint) === contactPoint) &&
        (sent === undefined || isOf(sent, expectation)),
    );
}

const isOf = ({ alerts }: Notification, { alert, labels }: PageExpectation): boolean =>
  alerts.some((one) => one.labels.alertname === alert && carries(one, labels));

/** What a sender repeats until it is taken is no loss. */
const isForGood = (status: number): boolean => status >= 400 && status < 500 && status !== 429;
