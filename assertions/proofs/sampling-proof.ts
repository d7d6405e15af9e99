import type { EvidenceOf } from '../../core/record.ts';
import type { ProofOf } from '../../core/scenario.ts';
import { type Finding, fail, pass, undecided } from '../finding.ts';
import { binomialBounds, minTriesToJudge } from './binomial.ts';

/** The probability with which this proof may fail by chance. */
const alpha = 1e-4;

/** Judges that tail sampling kept every failed and slow request, and the configured share of the others. */
export function samplingFinding(
  { slowerThanMs, share }: ProofOf<'sampling'>,
  { from, to, failed, slow, rest, stalled = 0 }: EvidenceOf<'sampling'>,
): Finding {
  const percent = `${share * 100} %`;
  const { low, high } = binomialBounds(rest.requests, share, alpha);
  const evidence = [
    `from ${new Date(from).toISOString()} to ${new Date(to).toISOString()}, by the start of the request`,
    `failed: ${failed.requests} requests, ${failed.traces} traces`,
    `slower than ${slowerThanMs} ms: ${slow.requests} requests, ${slow.traces} traces`,
    `the rest: ${rest.requests} requests, ${rest.traces} traces; ${percent} by chance is ${low} to ${high}`,
    ...(stalled > 0
      ? [`not judged: ${stalled} failed or slow requests during which other journeys were held up as well`]
      : []),
  ];
  const faults = [...wrongCount('failed', failed), ...wrongCount('slow', slow)];
  if (rest.traces < low || rest.traces > high) {
    faults.push(
      `${rest.traces} traces of the ${rest.requests} other requests were kept; ${percent} of them is ${low} to ${high}`,
    );
  }
  if (faults.length > 0) return fail(faults.join('; '), evidence);
  const gaps = [
    ...(failed.requests === 0 ? ['k6 saw no request fail'] : []),
    ...(slow.requests === 0 ? [`k6 saw no request slower than ${slowerThanMs} ms`] : []),
    ...(low === 0
      ? [
          `of ${rest.requests} other requests ${percent} may be none; it takes ${minTriesToJudge(share, alpha)} to tell`,
        ]
      : []),
  ];
  if (gaps.length > 0) return undecided(`too few requests to tell: ${gaps.join('; ')}`, evidence);
  const kept = `all ${failed.requests} failed and ${slow.requests} slow requests have their traces`;
  return pass(`${kept}, and ${rest.traces} of the ${rest.requests} others`, evidence);
}

function wrongCount(what: string, { requests, traces }: { requests: number; traces: number }): string[] {
  if (traces === requests) return [];
  return traces < requests
    ? [`${requests - traces} of ${requests} ${what} requests have no trace: sampling dropped them`]
    : [`Tempo has ${traces} ${what} traces, k6 made only ${requests} such requests`];
}
