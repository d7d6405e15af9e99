import { receiverKinds } from '../core/receivers/receivers.ts';
import type { Page } from '../core/record.ts';

/*
 * What a message did at a vendor that groups messages into incidents, or that identifies alerts by a deduplication key.
 */

/** Returns why a page notified nobody although its vendor accepted it; `undefined` when it notified somebody. */
export const whyNobodyNotified = ({ incident, dedupKey, receiver }: Page): string | undefined =>
  incident === 'appended'
    ? `${receiverKinds[receiver].title} appended it to an incident that was open already under its dedup_key ${dedupKey}, which notifies nobody`
    : undefined;

/**
 * Whether a resolved page closes what a firing page opened. A page in an incident is closed with that incident, whichever
 * alerts the last message lists. Any other page is closed by a page of the same alert with the same key.
 */
export function closes(resolution: Page, firing: Page, isSameAlert: () => boolean): boolean {
  if (firing.incident !== undefined) {
    return resolution.incident === 'resolved' && resolution.dedupKey === firing.dedupKey;
  }
  const keys = [resolution.dedupKey, firing.dedupKey];
  return isSameAlert() && (keys.includes(undefined) || keys[0] === keys[1]);
}

/** Returns why a resolved page of the alert does not close the firing page; `undefined` when no reason is known. */
export function whyNotClosed(resolution: Page, firing: Page): string | undefined {
  const { incident, dedupKey, status, receiver } = resolution;
  const [own, opened] = [JSON.stringify(dedupKey ?? ''), JSON.stringify(firing.dedupKey ?? '')];
  if (status !== 'resolved') return undefined;
  if (incident === 'ignored') {
    return `${receiverKinds[receiver].title} ignored a resolution under the dedup_key ${own}: no incident was open under it, the page opened one under ${opened}`;
  }
  if (incident === 'appended' || incident === 'opened') {
    return `a trigger lists the alert as resolved, and the incident under ${own} stays open`;
  }
  if (dedupKey !== undefined && firing.dedupKey !== undefined && dedupKey !== firing.dedupKey) {
    return `a resolution came under the key ${own}, and the page was under ${opened}`;
  }
  return undefined;
}
