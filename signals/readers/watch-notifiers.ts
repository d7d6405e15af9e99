import { messageOf } from '../../core/errors.ts';
import { pollUntilAborted } from '../../core/poll.ts';
import type { HandedOver } from '../../core/record.ts';
import type { AlertmanagerReader } from './alertmanager.ts';

/** What Alertmanager's notifiers handed over while it was watched. */
export interface NotifierWatch {
  /** Earliest first. */
  readonly handedOver: () => readonly HandedOver[];
  /** The reason of the last failed look. */
  readonly lastProblem: () => string | undefined;
}

/**
 * Looks at the counters of Alertmanager's notifiers until the signal aborts. A counter that fell belongs to an
 * Alertmanager that was restarted: its whole value counts.
 */
export function watchNotifiers(
  reader: Pick<AlertmanagerReader, 'acceptedRequests'>,
  { everyMs, signal }: { readonly everyMs: number; readonly signal: AbortSignal },
): NotifierWatch {
  const found: HandedOver[] = [];
  let before: ReadonlyMap<string, number> | undefined;
  let problem: string | undefined;
  const look = async () => {
    const now = await reader.acceptedRequests();
    const at = Date.now();
    if (before)
      for (const [kind, count] of now) {
        const old = before.get(kind) ?? 0;
        const accepted = count < old ? count : count - old;
        if (accepted > 0) found.push({ kind, at, accepted });
      }
    before = now;
  };
  void pollUntilAborted(look, {
    everyMs,
    signal,
    failed: (error) => {
      problem = messageOf(error);
    },
  });
  return { handedOver: () => found, lastProblem: () => problem };
}
