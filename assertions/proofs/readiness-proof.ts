import type { ProofOf } from '../../core/scenario.ts';
import type { Finding } from '../finding.ts';
import { countText, type EvidenceOf, fail, pass, undecided } from './proof-findings.ts';

/** Judges that every instance stayed ready during the fault. */
export function readinessFinding(
  { pods }: ProofOf<'readiness'>,
  { checks, notReady }: EvidenceOf<'readiness'>,
): Finding {
  const evidence = notReady.map(
    ({ pod, at, status }) => `${new Date(at).toISOString()} ${pod}: ${status === 0 ? 'no answer' : status}`,
  );
  if (notReady.length > 0) {
    const which = pods.filter((pod) => notReady.some((answer) => answer.pod === pod));
    const said = countText(notReady.length, 'answer');
    return fail(`${said} of ${checks} not 200 while the fault lasted: ${which.join(', ')}`, evidence);
  }
  if (checks < pods.length) {
    return undecided(
      `readiness was asked ${checks} times of ${countText(pods.length, 'pod')}: nothing was shown`,
    );
  }
  return pass(`all ${checks} answers of ${pods.join(', ')} were 200`);
}
