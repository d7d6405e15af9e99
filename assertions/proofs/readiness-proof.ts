import { humanDuration } from '../../core/duration.ts';
import type { EvidenceOf, FaultWindow } from '../../core/record.ts';
import type { ProofOf } from '../../core/scenario.ts';
import { countText, type Finding, fail, pass, undecided } from '../finding.ts';

/** A pod must turn unready within this time of the injection: a few probes. */
const turnsWithinMs = 5_000;

/** Judges that every instance stayed ready during the fault, or that it turned unready and stayed so. */
export function readinessFinding(
  proof: ProofOf<'readiness'>,
  found: EvidenceOf<'readiness'>,
  window: Pick<FaultWindow, 'injectedAt'> | undefined,
): Finding {
  const { pods } = proof;
  const { checks, notReady } = found;
  const evidence = notReady.map(
    ({ pod, at, status }) => `${new Date(at).toISOString()} ${pod}: ${status === 0 ? 'no answer' : status}`,
  );
  if (checks < pods.length) {
    return undecided(
      `readiness was asked ${checks} times of ${countText(pods.length, 'pod')}: nothing was shown`,
    );
  }
  if (proof.answers === 503) {
    const injectedAt = window?.injectedAt;
    if (injectedAt === undefined) return undecided('the time of the injection is not known');
    const wrong = pods.flatMap((pod) => stayedReady(pod, found, injectedAt) ?? []);
    if (wrong.length > 0) return fail(wrong.join('; '), evidence);
    return pass(
      `${countText(notReady.length, 'answer')} of ${checks} were 503: ${pods.join(', ')}`,
      evidence.slice(0, 1),
    );
  }
  if (notReady.length > 0) {
    const which = pods.filter((pod) => notReady.some((answer) => answer.pod === pod));
    const said = countText(notReady.length, 'answer');
    return fail(`${said} of ${checks} not 200 while the fault lasted: ${which.join(', ')}`, evidence);
  }
  return pass(`all ${checks} answers of ${pods.join(', ')} were 200`);
}

/** Says how a pod did not turn to 503 and stay so; `undefined` if it did. */
function stayedReady(
  pod: string,
  { notReady, lastReady = {} }: EvidenceOf<'readiness'>,
  injectedAt: number,
): string | undefined {
  const own = notReady.filter((answer) => answer.pod === pod);
  const other = own.find(({ status }) => status !== 503);
  if (other) return `${pod} gave ${other.status === 0 ? 'no answer' : other.status}, expected 503`;
  const [first] = own;
  if (!first) return `${pod} answered 200 all the time, expected 503`;
  const ready = lastReady[pod] ?? 0;
  const after = humanDuration(Math.max(ready, first.at) - injectedAt);
  if (ready > first.at) return `${pod} answered 200 again ${after} after the injection, expected 503`;
  return first.at > injectedAt + turnsWithinMs
    ? `${pod} answered 503 only ${after} after the injection`
    : undefined;
}
