import { humanDuration } from '../../core/duration.ts';
import { evidenceOf } from '../../core/expected-alerts.ts';
import type { Page, Unjudged } from '../../core/record.ts';
import type { PageExpectation } from '../../core/scenario.ts';
import type { Case, Cause } from './case.ts';
import { alertsAtNotifier, silenceLines, silenceText } from './delivery.ts';
import { timerToleranceMs } from './group-interval.ts';

/* Silences that hold a page back for too long, or not at all. */

/** The page arrived late, at the first look at its group after a silence. */
export const silencedLate: Cause = {
  hop: 'page received',
  cause: 'the alert was silenced',
  evidence: (alertCase) => {
    const { late, alert } = alertCase;
    const end = endOfSilence(alertCase);
    if (!late || end === undefined) return undefined;
    const sinceMs = late.receivedAt - end;
    // Otherwise something else has held the page back as well.
    if (sinceMs > (alert.route?.groupIntervalMs ?? 0) + timerToleranceMs) return undefined;
    return [
      ...silenceLines(alertCase.record, alertsAtNotifier(alertCase)),
      `the page came ${humanDuration(sinceMs)} after its end, when the group was looked at again`,
    ];
  },
};

/** When the last silence of the alert ended before its page, epoch milliseconds. */
function endOfSilence(alertCase: Case): number | undefined {
  const { late, record } = alertCase;
  const ids = new Set(alertsAtNotifier(alertCase).flatMap(({ silencedBy }) => silencedBy));
  const ends = (record.evidence?.silences ?? [])
    .filter(({ id, endsAt }) => ids.has(id) && late !== undefined && endsAt <= late.receivedAt)
    .map(({ endsAt }) => endsAt);
  return ends.length > 0 ? Math.max(...ends) : undefined;
}

/** Why no silence held back a page: each one that was in force then, with the matchers that the alert does not satisfy. */
export function notSilencedLines(record: Unjudged, expectation: PageExpectation, page: Page): string[] {
  const silences = (record.evidence?.silences ?? []).filter(
    ({ startsAt, endsAt }) => startsAt <= page.receivedAt && page.receivedAt < endsAt,
  );
  if (silences.length === 0) return ['no silence was in force then'];
  const held = evidenceOf(record, expectation)?.alertmanager ?? [];
  return silences.map((silence) => {
    const unmet = held.flatMap(({ notSilencedBy = [] }) =>
      notSilencedBy.flatMap((one) => (one.id === silence.id ? one.unmet : [])),
    );
    const why = unmet.length > 0 ? `; the alert does not satisfy ${[...new Set(unmet)].join(', ')}` : '';
    return `${silenceText(silence)}${why}`;
  });
}
