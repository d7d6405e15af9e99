import { humanDuration } from '../../core/duration.ts';
import type { EvidenceOf } from '../../core/record.ts';
import type { ProofOf } from '../../core/scenario.ts';
import { type Finding, fail, pass, undecided } from '../finding.ts';

/** With fewer requests, the p99 is the slowest request, which is a matter of chance. */
const minRequests = 100;

/** Judges that the p99 in Prometheus agrees with the p99 that k6 measured. */
export function p99Finding(
  { journey, query, tolerance }: ProofOf<'p99'>,
  { prometheusMs, k6Ms, requests }: EvidenceOf<'p99'>,
): Finding {
  if (requests < minRequests) {
    return undecided(
      `k6 made ${requests} requests of ${journey} in the fault window: too few for a p99, which needs ${minRequests}`,
    );
  }
  if (!(k6Ms > 0))
    return undecided(`k6's p99 of ${journey} is ${k6Ms} ms, which nothing can be compared with`);
  if (prometheusMs === undefined || !Number.isFinite(prometheusMs)) {
    return fail(`Prometheus has no value of ${query}`);
  }
  const off = (prometheusMs - k6Ms) / k6Ms;
  const percent = `${off < 0 ? '−' : '+'}${Math.abs(off * 100).toFixed(1)} %`;
  const values = `p99 of ${journey}: Prometheus ${humanDuration(prometheusMs)}, k6 ${humanDuration(k6Ms)} (${percent})`;
  const evidence = [`${requests} requests; ${query}`];
  return Math.abs(off) <= tolerance
    ? pass(values, evidence)
    : fail(`${values}, more than ${tolerance * 100} % apart`, evidence);
}
