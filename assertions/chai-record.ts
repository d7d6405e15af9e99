import { AssertionError } from 'chai';
import { humanDuration, parseDuration } from '../core/duration.ts';
import { type ReceiverName, receiverNames } from '../core/receivers/receivers.ts';
import { type DrillRecord, type Page, recordSchema } from '../core/record.ts';
import { resolutionOf } from './pages.ts';
import { runbookAnswer } from './runbook-answers.ts';
import { runbookLinks, runbookNotLinked, runbookOmittedByDefaultTemplate } from './runbook-links.ts';
import { whyUnproven } from './unproven.ts';

/**
 * Returns the candidate as the record of a drill whose result can be trusted.
 *
 * @throws AssertionError with the reason when the drill proves nothing; TypeError when it is no record.
 */
export function provenRecord(candidate: unknown): DrillRecord {
  const parsed = recordSchema.safeParse(candidate);
  if (!parsed.success) throw new TypeError('expect(…) was not given the record of a drill');
  const record = parsed.data;
  const left = record.teardownFailures.map(({ what, message }) => `${what}: ${message}`);
  const [reason] = [...whyUnproven(record), ...left];
  if (reason !== undefined) throw new AssertionError(`the drill proves nothing: ${reason}`);
  if (record.outcome === 'pass' || record.outcome === 'fail') return record;
  throw new AssertionError(`the drill proves nothing: it ended ${record.outcome}`);
}

/** Time from the first request hit to the page, in milliseconds. */
export const mttd = ({ faultWindow }: DrillRecord, page: Page) =>
  page.receivedAt - (faultWindow?.firstHitAt ?? Number.NaN);

/** Time from the last request hit to the resolved page, in milliseconds; NaN without a resolved page. */
export const resolutionMs = (record: DrillRecord, page: Page): number =>
  (resolutionOf(record, page)?.receivedAt ?? Number.NaN) - (record.faultWindow?.lastHitAt ?? Number.NaN);

/**
 * Whether the page links at least one runbook and all of them opened. If the manager's default template leaves the runbook
 * out, the rule's runbook counts.
 */
export function hasRunbook(record: DrillRecord, page: Page): boolean {
  const unlinked = runbookOmittedByDefaultTemplate(record, page);
  const opens = (link: string) => runbookAnswer(record, link).held;
  if (unlinked !== undefined) return opens(unlinked);
  const links = runbookLinks(record, page);
  return links.length > 0 && runbookNotLinked(record, page) === undefined && links.every(opens);
}

export const pagesText = (record: DrillRecord, pages: readonly Page[]): string =>
  pages
    .map(
      (page) => `${page.status} ${page.alert} at ${page.receiver} after ${humanDuration(mttd(record, page))}`,
    )
    .join(', ') || 'no page';

export function durationMs(duration: string): number {
  const ms = parseDuration(duration);
  if (ms === undefined) throw new TypeError(`"${duration}" is no duration such as 90s or 1m30s`);
  return ms;
}

export function knownReceiver(receiver: ReceiverName): ReceiverName {
  if (receiverNames.includes(receiver)) return receiver;
  throw new TypeError(`there is no receiver "${receiver}"; there are ${receiverNames.join(', ')}`);
}
