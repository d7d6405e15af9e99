import type { Suppression } from '../../core/record.ts';
import type { Silence } from './alertmanager.ts';
import type { WatchedAlert } from './watch-alerts.ts';

/**
 * What kept alerts from being notified, with the inhibiting alerts and the silences.
 *
 * @param alerts every alert that the watch of this manager has seen.
 * @param silences those of its Alertmanager, expired ones included.
 * @param since stretches that ended before this time are left out; epoch milliseconds.
 */
export function suppressionsOf(
  manager: Suppression['manager'],
  alerts: readonly WatchedAlert[],
  silences: readonly Silence[],
  since: number,
): Suppression[] {
  return alerts.flatMap(({ labels, suppressed }) =>
    suppressed
      .filter(({ endedAt = Number.POSITIVE_INFINITY }) => endedAt >= since)
      .map((stretch): Suppression => {
        const { kind, by } = stretch;
        const inhibitor =
          kind === 'inhibited' ? alerts.find(({ fingerprint }) => fingerprint === by) : undefined;
        const silence = kind === 'silenced' ? silences.find(({ id }) => id === by) : undefined;
        return {
          manager,
          labels,
          ...stretch,
          ...(inhibitor ? { inhibitor: inhibitor.labels } : {}),
          ...(silence ? { silence: recorded(silence) } : {}),
        };
      }),
  );
}

const recorded = ({ id: _, state: __, ...silence }: Silence): Suppression['silence'] => silence;
