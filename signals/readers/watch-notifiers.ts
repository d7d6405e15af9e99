import { messageOf } from '../../core/errors.ts';
import { pollUntilAborted } from '../../core/poll.ts';
import type { HandedOver } from '../../core/record.ts';
import type { AlertmanagerReader } from './alertmanager.ts';
import { acceptedSince, type NotifierRequests } from './failure-counters.ts';

/** What Alertmanager's notifiers handed over while it was watched. */
export interface NotifierWatch {
  /** Earliest first. */
  readonly handedOver: () => readonly HandedOver[];
  /** The reason of the last failed poll. */
  readonly lastProblem: () => string | undefined;
}

/** Polls the counters of Alertmanager's notifiers every `everyMs` milliseconds until the signal aborts. */
export function watchNotifiers(
  reader: Pick<AlertmanagerReader, 'notifierRequests'>,
  { everyMs, signal }: { readonly everyMs: number; readonly signal: AbortSignal },
): NotifierWatch {
  const found: HandedOver[] = [];
  let before: ReadonlyMap<string, NotifierRequests> | undefined;
  let lastProblem: string | undefined;
  const poll = async () => {
    const now = await reader.notifierRequests();
    const at = Date.now();
    for (const [kind, requests] of before ? now : []) {
      const accepted = acceptedSince(before?.get(kind), requests);
      if (accepted > 0) found.push({ kind, at, accepted });
    }
    before = now;
  };
  void pollUntilAborted(poll, { everyMs, signal, failed: (error) => (lastProblem = messageOf(error)) });
  return { handedOver: () => found, lastProblem: () => lastProblem };
}
