import type { Delivery, Unjudged } from '../core/record.ts';
import { countedPage, mislabelledPage, resolutionOf } from './pages.ts';

/**
 * The messages that a receiver refused for good, which nothing accounts for: with the chat or the key of another they
 * would be somebody's page, or a part of a contact point does not work.
 *
 * A scenario accounts for them where it has the receiver refuse, and so does a page or a resolution that is missing at
 * that receiver: that is told with its own cause.
 */
export function refusedMessages(record: Unjudged): Delivery[] {
  const told = accountedFor(record);
  return record.deliveries.filter(
    ({ receiver, responseStatus }) => isForGood(responseStatus) && !told.has(receiver),
  );
}

/**
 * What Alertmanager or Grafana tried to send and could not, through an integration at which nothing accounts for it: a page that
 * nobody got is not nobody paged. Attempts alone may be of a message that arrived in the end.
 */
export function undelivered(record: Unjudged): string[] {
  const told = accountedFor(record);
  const arrived = new Set(record.deliveries.map(({ receiver }) => String(receiver)));
  return (record.evidence?.notifierErrors ?? []).filter((line) => {
    const [, what, integration = ''] =
      /(gave up on|failed attempts of \w+ to notify) through (\w+)/.exec(line) ?? [];
    if (what === undefined || told.has(integration)) return false;
    return what === 'gave up on' || !arrived.has(integration);
  });
}

/** Receivers whose losses are told elsewhere. */
function accountedFor(record: Unjudged): Set<string> {
  const { expectations, refusing } = record.scenario;
  const told = new Set<string>(Object.keys(refusing ?? {}));
  for (const expectation of expectations) {
    if (expectation.kind !== 'page') continue;
    const page = countedPage(record, expectation) ?? mislabelledPage(record, expectation);
    if (!page || !resolutionOf(record, page)) told.add(expectation.receiver);
  }
  return told;
}

/** What a sender repeats until it is taken is no loss. */
const isForGood = (status: number): boolean => status >= 400 && status < 500 && status !== 429;
