import { matches } from '../../configuration/routes/route-matcher.ts';
import type { AlertEvidence, SilenceEvidence } from '../../core/record.ts';
import type { RunningDrill } from '../running-drill.ts';

/** The silences of Alertmanager that were in force after the injection: those of the drill, and those of anybody else. */
export async function silencesSince(
  { alertmanager }: Pick<RunningDrill, 'alertmanager'>,
  injectedAt: number,
): Promise<SilenceEvidence[]> {
  return (await alertmanager.reader.silences())
    .filter(({ endsAt }) => endsAt > injectedAt)
    .map(({ state: _, ...silence }) => silence);
}

/** Adds to each alert the silences that do not match it, with what it does not satisfy. */
export const withSilences = (
  { alertmanager, manager }: Pick<AlertEvidence, 'alertmanager' | 'manager'>,
  silences: readonly SilenceEvidence[],
): AlertEvidence['alertmanager'] =>
  manager === 'grafana' || silences.length === 0
    ? alertmanager
    : alertmanager.map((alert) => {
        const missed = silences.flatMap(({ id, matchers }) => {
          const unmet = matchers.filter((matcher) => !matches(alert.labels, matcher));
          return unmet.length > 0 ? [{ id, unmet }] : [];
        });
        return missed.length > 0 ? { ...alert, notSilencedBy: missed } : alert;
      });
