import { isRefusedForGood } from '../core/deliveries.ts';
import { expectedPages } from '../core/expected-alerts.ts';
import { hasLabels } from '../core/labels.ts';
import type { Delivery, Notification, Unjudged } from '../core/record.ts';
import type { PageExpectation } from '../core/scenario.ts';
import { countedPage, mislabelledPage, resolutionOf } from './pages.ts';

/**
 * Returns the messages that a receiver refused permanently without explanation. Such a message may be meant for somebody
 * else, for example with a wrong chat id or key, or a part of a contact point does not work.
 *
 * A refusal is explained when the scenario makes the receiver refuse, or when a page or its resolution is missing at that
 * receiver, which another check reports with its cause. If the alerts of the message are known, the missing page must be of
 * one of them. A message that a later attempt delivered is not lost.
 */
export function refusedMessages(record: Unjudged): Delivery[] {
  const isTold = accountedFor(record);
  const { notifications } = record;
  return record.deliveries.filter((delivery, index) => {
    if (!isRefusedForGood(delivery)) return false;
    const sent = notifications?.find(({ attempts = [] }) => attempts.includes(index));
    return sent?.delivery === undefined && !isTold(delivery.receiver, sent);
  });
}

/**
 * Returns the notifications that Alertmanager or Grafana could not deliver without explanation. An undelivered page
 * must not pass for "nobody was paged". A single failed attempt does not count, because a later one may have succeeded.
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

/** Whether another check already reports the loss of a message at a receiver. */
type IsReported = (receiver: string, sent?: Notification, contactPoint?: string) => boolean;

function accountedFor(record: Unjudged): IsReported {
  const { expectations, refusing } = record.scenario;
  const unmetExpectations = expectedPages(expectations).filter((expectation) => {
    const page = countedPage(record, expectation) ?? mislabelledPage(record, expectation);
    return !page || !resolutionOf(record, page);
  });
  return (receiver, sent, contactPoint = sent?.contactPoint) =>
    Object.keys(refusing ?? {}).includes(receiver) ||
    unmetExpectations.some(
      (expectation) =>
        expectation.receiver === receiver &&
        (contactPoint === undefined || (expectation.contactPoint ?? contactPoint) === contactPoint) &&
        (sent === undefined || isAboutExpected(sent, expectation)),
    );
}

const isAboutExpected = ({ alerts }: Notification, { alert, labels }: PageExpectation): boolean =>
  alerts.some((one) => one.labels.alertname === alert && hasLabels(one.labels, labels));
