import { humanDuration } from '../core/duration.ts';
import type { SuppressedAlert } from '../core/expected-alerts.ts';
import type { Unjudged } from '../core/record.ts';
import { autopsy } from './autopsy.ts';
import { caseOf, firedSince } from './causes/case.ts';
import { inhibitedLines, isInhibited, sentAt } from './causes/inhibition.ts';
import { faultTimes } from './fault-times.ts';
import type { Finding } from './finding.ts';

/**
 * Judges that an alert fired and that nobody was notified of it, because its manager says that the alert `by` inhibited it.
 * Silence for another reason, such as a silence or a route without notifier, does not count.
 */
export function suppressed(record: Unjudged, expectation: SuppressedAlert): Finding {
  const alertCase = caseOf(record, expectation);
  const { by = '' } = expectation;
  if (!alertCase) return { outcome: 'broken', message: 'nothing was recorded about it', evidence: [] };
  const post = autopsy(record, expectation);
  if (!post) {
    return {
      outcome: 'pass',
      message: `it fired, ${by} inhibited it, and nobody was notified of it`,
      evidence: inhibitedLines(alertCase),
    };
  }
  const failed = (message: string): Finding => ({ outcome: 'fail', message, evidence: [], autopsy: post });
  if (firedSince(alertCase).length === 0) return failed('it never fired, so there was nothing to suppress');
  const at = sentAt(alertCase);
  if (at !== undefined) {
    const { firstHitAt = Number.NaN } = record.faultWindow ?? {};
    const when = `${humanDuration(at - firstHitAt)} after ${faultTimes(record.scenario).first}`;
    return failed(`it was sent ${when}, although ${by} should inhibit it`);
  }
  return failed(
    isInhibited(alertCase)
      ? `${by} inhibited it, but ${post.cause}`
      : `nobody was notified of it, but not because of ${by}: ${post.cause}`,
  );
}
