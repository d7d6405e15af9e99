import { messageOf } from '../../core/errors.ts';
import { pollUntilAborted } from '../../core/poll.ts';
import type { GrafanaReader, GrafanaRule } from './grafana.ts';
import { addStates, type SeenError, type SeenState } from './grafana-states.ts';
import { type AlertWatch, watchAlerts } from './watch-alerts.ts';

/** The results of polling Grafana: its internal Alertmanager and its rules. */
export interface GrafanaWatch extends AlertWatch {
  /** Every alert state that a poll has shown. */
  readonly states: () => readonly SeenState[];
  /** The distinct errors of rules. */
  readonly errors: () => readonly SeenError[];
}

/**
 * Polls Grafana's alerts and rules every `everyMs` milliseconds until the signal aborts, since Grafana keeps no history
 * to query afterwards. A failed poll is kept as the last problem and does not end the watch.
 */
export function watchGrafana(
  reader: Pick<GrafanaReader, 'alerts' | 'groups' | 'rules'>,
  { everyMs, signal }: { readonly everyMs: number; readonly signal: AbortSignal },
): GrafanaWatch {
  const held = watchAlerts(reader, { everyMs, signal });
  let known = new Map<string, SeenState>();
  const errors = new Map<string, SeenError>();
  let lastProblem: string | undefined;

  function add(rules: readonly GrafanaRule[]): void {
    const at = Date.now();
    known = addStates(known, rules, at);
    for (const { name: alert, folder, lastError: message } of rules) {
      const key = `${folder} ${alert} ${message}`;
      if (message !== '' && !errors.has(key)) errors.set(key, { alert, folder, at, message });
    }
  }

  const done = pollUntilAborted(async () => add(await reader.rules()), {
    everyMs,
    signal,
    failed: (error) => (lastProblem = messageOf(error)),
  });
  return {
    alerts: held.alerts,
    states: () => [...known.values()],
    errors: () => [...errors.values()],
    lastProblem: () => lastProblem ?? held.lastProblem(),
    done: Promise.all([held.done, done]).then(() => {}),
  };
}
