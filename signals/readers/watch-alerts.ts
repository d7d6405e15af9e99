import { messageOf } from '../../core/errors.ts';
import { lookUntilAborted } from '../../core/poll.ts';
import type { AlertmanagerAlert } from '../../core/record.ts';
import type { AlertGroup, AlertmanagerReader, HeldAlert } from './alertmanager.ts';

/** An alert as the watch saw it, first and last; what suppressed it at any look stays listed. */
export interface WatchedAlert extends AlertmanagerAlert {
  /** The first look that no longer showed it: Alertmanager counts it as resolved. */
  readonly goneAt?: number;
}

/** What the looks so far have shown. */
export interface AlertWatch {
  /** Earliest first. */
  readonly alerts: () => readonly WatchedAlert[];
  /** Why the last look that failed did. */
  readonly lastProblem: () => string | undefined;
  /** Resolves when the signal has ended the watch. */
  readonly done: Promise<void>;
}

const union = (a: readonly string[], b: readonly string[]) => [...new Set([...a, ...b])];

/**
 * Adds one look to what is known. Fingerprint and start tell alerts apart, so that one which fires again
 * counts anew.
 *
 * @param now wall time of the look, epoch milliseconds.
 */
export function addLook(
  known: ReadonlyMap<string, WatchedAlert>,
  held: readonly HeldAlert[],
  groups: readonly AlertGroup[],
  now: number,
): Map<string, WatchedAlert> {
  const next = new Map(known);
  const muted = new Map<string, string[]>();
  for (const { fingerprint, status } of groups.flatMap((group) => group.alerts)) {
    muted.set(fingerprint, union(muted.get(fingerprint) ?? [], status.mutedBy));
  }
  const shown = new Set<string>();
  for (const { fingerprint, labels, startsAt, updatedAt, receivers, status } of held) {
    const key = `${fingerprint} ${startsAt}`;
    shown.add(key);
    const before = known.get(key);
    next.set(key, {
      labels,
      fingerprint,
      firstSeenAt: before?.firstSeenAt ?? now,
      // Every repetition from Prometheus moves updatedAt: only the first says when the alert arrived.
      receivedAt: before?.receivedAt ?? updatedAt,
      startsAt,
      receivers,
      state: status.state,
      inhibitedBy: union(before?.inhibitedBy ?? [], status.inhibitedBy),
      silencedBy: union(before?.silencedBy ?? [], status.silencedBy),
      mutedBy: union(before?.mutedBy ?? [], muted.get(fingerprint) ?? []),
    });
  }
  for (const [key, alert] of known) {
    if (!shown.has(key)) next.set(key, { goneAt: now, ...alert });
  }
  return next;
}

/**
 * Looks at Alertmanager's alerts every `everyMs` milliseconds until the signal aborts. A look that fails is
 * kept as the last problem and does not end the watch.
 */
export function watchAlerts(
  reader: Pick<AlertmanagerReader, 'alerts' | 'groups'>,
  { everyMs, signal }: { readonly everyMs: number; readonly signal: AbortSignal },
): AlertWatch {
  let known = new Map<string, WatchedAlert>();
  let lastProblem: string | undefined;

  async function look(): Promise<void> {
    const [held, groups] = await Promise.all([reader.alerts(), reader.groups()]);
    known = addLook(known, held, groups, Date.now());
  }

  return {
    alerts: () => [...known.values()].sort((a, b) => a.receivedAt - b.receivedAt),
    lastProblem: () => lastProblem,
    done: lookUntilAborted(look, { everyMs, signal, failed: (error) => (lastProblem = messageOf(error)) }),
  };
}
