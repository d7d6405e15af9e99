import { messageOf } from '../../core/errors.ts';
import { lookUntilAborted } from '../../core/poll.ts';
import type { GrafanaReader, GrafanaRule } from './grafana.ts';
import { addStates, type SeenError, type SeenState } from './grafana-states.ts';
import { type AlertWatch, watchAlerts } from './watch-alerts.ts';

/** What the looks at Grafana have shown: of its own Alertmanager, and of its rules. */
export interface GrafanaWatch extends AlertWatch {
  /** Every state of every alert that a look has shown. */
  readonly states: () => readonly SeenState[];
  /** The errors of rules, each once. */
  readonly errors: () => readonly SeenError[];
}

/**
 * Looks at Grafana's alerts and rules every `everyMs` milliseconds until the signal aborts; it keeps no history that
 * could be asked for afterwards. A look that fails is kept as the last problem and does not end the watch.
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

  const done = lookUntilAborted(async () => add(await reader.rules()), {
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
