import { messageOf } from '../../core/errors.ts';
import { pollUntilAborted } from '../../core/poll.ts';
import type { AlertmanagerAlert, Suppression } from '../../core/record.ts';
import type { AlertGroup, AlertmanagerReader, HeldAlert } from './alertmanager.ts';

/** A stretch in which polls showed that an alert was suppressed. */
export type SuppressedStretch = Pick<Suppression, 'kind' | 'by' | 'contactPoint' | 'from' | 'to' | 'endedAt'>;

/** An alert as seen by polling. Everything that suppressed it in any poll stays listed. */
export interface WatchedAlert extends AlertmanagerAlert {
  /** What suppressed it, and when. */
  readonly suppressed: readonly SuppressedStretch[];
  /** The first poll that no longer showed it: Alertmanager regards it as resolved. */
  readonly goneAt?: number;
}

/** The alert as the evidence about it has it. */
export const asRecorded = ({ goneAt: _, suppressed: __, ...alert }: WatchedAlert): AlertmanagerAlert => alert;

/** The results of the polls so far. */
export interface AlertWatch {
  /** Earliest first. */
  readonly alerts: () => readonly WatchedAlert[];
  /** The reason of the last failed poll. */
  readonly lastProblem: () => string | undefined;
  /** Resolves when the signal has ended the watch. */
  readonly done: Promise<void>;
}

const union = (a: readonly string[], b: readonly string[]) => [...new Set([...a, ...b])];

/**
 * Adds the result of one poll. An alert is identified by fingerprint and start time, so an alert that fires again is a
 * new one.
 *
 * @param now wall time of the poll, epoch milliseconds.
 */
export function addPoll(
  known: ReadonlyMap<string, WatchedAlert>,
  held: readonly HeldAlert[],
  groups: readonly AlertGroup[],
  now: number,
): Map<string, WatchedAlert> {
  const next = new Map(known);
  const muted = new Map<string, Suppressor[]>();
  for (const { receiver: contactPoint, alerts } of groups) {
    for (const { fingerprint, status } of alerts) {
      const own = status.mutedBy.map((by): Suppressor => ({ kind: 'muted', by, contactPoint }));
      muted.set(fingerprint, [...(muted.get(fingerprint) ?? []), ...own]);
    }
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
      // Every repetition from Prometheus changes updatedAt: only the first one tells when the alert arrived.
      receivedAt: before?.receivedAt ?? updatedAt,
      startsAt,
      receivers,
      state: status.state,
      inhibitedBy: union(before?.inhibitedBy ?? [], status.inhibitedBy),
      silencedBy: union(before?.silencedBy ?? [], status.silencedBy),
      mutedBy: union(
        before?.mutedBy ?? [],
        (muted.get(fingerprint) ?? []).map(({ by }) => by),
      ),
      suppressed: stretches(
        before?.suppressed ?? [],
        [
          ...status.inhibitedBy.map((by): Suppressor => ({ kind: 'inhibited', by })),
          ...status.silencedBy.map((by): Suppressor => ({ kind: 'silenced', by })),
          ...(muted.get(fingerprint) ?? []),
        ],
        now,
      ),
    });
  }
  for (const [key, alert] of known) {
    if (!shown.has(key))
      next.set(key, { goneAt: now, ...alert, suppressed: stretches(alert.suppressed, [], now) });
  }
  return next;
}

type Suppressor = Pick<SuppressedStretch, 'kind' | 'by' | 'contactPoint'>;

/** Continues the stretches of what suppresses an alert now, begins new ones, and ends the others. */
function stretches(
  known: readonly SuppressedStretch[],
  current: readonly Suppressor[],
  now: number,
): SuppressedStretch[] {
  const keyOf = ({ kind, by, contactPoint }: Suppressor) => JSON.stringify([kind, by, contactPoint]);
  const open = new Map(current.map((one) => [keyOf(one), one]));
  const before = known.map((one): SuppressedStretch => {
    if (one.endedAt !== undefined) return one;
    return open.delete(keyOf(one)) ? { ...one, to: now } : { ...one, endedAt: now };
  });
  return [...before, ...[...open.values()].map((one) => ({ ...one, from: now, to: now }))];
}

/**
 * Polls Alertmanager's alerts every `everyMs` milliseconds until the signal aborts. A failed poll is kept as the last
 * problem and does not end the watch.
 */
export function watchAlerts(
  reader: Pick<AlertmanagerReader, 'alerts' | 'groups'>,
  { everyMs, signal }: { readonly everyMs: number; readonly signal: AbortSignal },
): AlertWatch {
  let known = new Map<string, WatchedAlert>();
  let lastProblem: string | undefined;

  async function poll(): Promise<void> {
    const [held, groups] = await Promise.all([reader.alerts(), reader.groups()]);
    known = addPoll(known, held, groups, Date.now());
  }

  return {
    alerts: () => [...known.values()].sort((a, b) => a.receivedAt - b.receivedAt),
    lastProblem: () => lastProblem,
    done: pollUntilAborted(poll, { everyMs, signal, failed: (error) => (lastProblem = messageOf(error)) }),
  };
}
