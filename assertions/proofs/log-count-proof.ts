import type { EvidenceOf } from '../../core/record.ts';
import type { ProofOf } from '../../core/scenario.ts';
import { countText, type Finding, fail, pass, undecided } from '../finding.ts';
import { lineText } from './log-proof.ts';

/** Judges that the log pipeline dropped the noise and kept one line for each hit request. */
export function logCountFinding(
  { query, noise: noiseQuery }: ProofOf<'log-count'>,
  { lines, hits, noise }: EvidenceOf<'log-count'>,
): Finding {
  const faults: string[] = [];
  if (lines !== hits) {
    const why = lines < hits ? 'lines were dropped on the way' : 'there are lines that no request explains';
    faults.push(
      `Loki has ${countText(lines, 'line')} of ${query}, k6 saw ${countText(hits, 'request')} hit: ${why}`,
    );
  }
  if (noise.length > 0) faults.push(`the noise of ${noiseQuery} was not dropped`);
  if (faults.length > 0) return fail(faults.join('; '), noise.map(lineText));
  if (hits === 0) return undecided('k6 saw no request hit, so no line was expected: nothing was shown');
  return pass(`${countText(lines, 'line')} for ${countText(hits, 'request')} hit, and no noise`);
}
