import { AssertionError } from 'chai';
import { humanDuration, parseDuration } from '../core/duration.ts';
import { type ReceiverName, receiverNames } from '../core/receivers/receivers.ts';
import { type DrillRecord, type Page, recordSchema } from '../core/record.ts';
import { resolutionOf } from './pages.ts';
import { opened } from './runbook-answers.ts';
import { missedRunbook, runbookLinks, unlinkedRunbook } from './runbook-links.ts';
import { unproven } from './unproven.ts';

/** A record of a drill that proves something, or the reason why it does not as the failure. */
export function proven(candidate: unknown): DrillRecord {
  const parsed = recordSchema.safeParse(candidate);
  if (!parsed.success) throw new TypeError('expect(…) was not given the record of a drill');
  const record = parsed.data;
  const left = record.teardownFailures.map(({ what, message }) => `${what}: ${message}`);
  const [reason] = [...unproven(record), ...left];
  if (reason !== undefined) throw new AssertionError(`the drill proves nothing: ${reason}`);
  if (record.outcome === 'pass' || record.outcome === 'fail') return record;
  throw new AssertionError(`the drill proves nothing: it ended ${record.outcome}`);
}

/** From the first request hit to the page. */
export const mttd = ({ faultWindow }: DrillRecord, page: Page) =>
  page.receivedAt - (faultWindow?.firstHitAt ?? Number.NaN);

/** From the last request hit to the resolved page; not a number when there is none. */
export const resolutionMs = (record: DrillRecord, page: Page): number =>
  (resolutionOf(record, page)?.receivedAt ?? Number.NaN) - (record.faultWindow?.lastHitAt ?? Number.NaN);

/** Whether a page links runbooks, or its rule does where a default template leaves it out, and all of them opened. */
export function hasRunbook(record: DrillRecord, page: Page): boolean {
  const unlinked = unlinkedRunbook(record, page);
  const opens = (link: string) => opened(record, link).held;
  if (unlinked !== undefined) return opens(unlinked);
  const links = runbookLinks(record, page);
  return links.length > 0 && missedRunbook(record, page) === undefined && links.every(opens);
}

export const listed = (record: DrillRecord, pages: readonly Page[]): string =>
  pages
    .map(
      (page) => `${page.status} ${page.alert} at ${page.receiver} after ${humanDuration(mttd(record, page))}`,
    )
    .join(', ') || 'no page';

export function msOf(duration: string): number {
  const ms = parseDuration(duration);
  if (ms === undefined) throw new TypeError(`"${duration}" is no duration such as 90s or 1m30s`);
  return ms;
}

export function known(receiver: ReceiverName): ReceiverName {
  if (receiverNames.includes(receiver)) return receiver;
  throw new TypeError(`there is no receiver "${receiver}"; there are ${receiverNames.join(', ')}`);
}
