import type { ProofEvidence, Unjudged } from '../../core/record.ts';
import type { Proof } from '../../core/scenario.ts';
import { type Finding, undecided } from '../finding.ts';
import { budgetFinding } from './budget-proof.ts';
import { logCountFinding } from './log-count-proof.ts';
import { logFinding } from './log-proof.ts';
import { p99Finding } from './p99-proof.ts';
import { readinessFinding } from './readiness-proof.ts';
import { rollbackFinding } from './rollback-proof.ts';
import { samplingFinding } from './sampling-proof.ts';
import { traceFinding } from './trace-proof.ts';

/**
 * Judges whether logs, traces and metrics show what the scenario's proof demands. A proof without evidence is `broken`.
 *
 * @param index position in the scenario's proofs.
 */
export function proofFinding(record: Unjudged, index: number): Finding {
  const { scenario, evidence } = record;
  const proof = scenario.proofs[index];
  const found = evidence?.proofs[index];
  if (!proof) return undecided(`the scenario has no proof ${index}`);
  if (!found) return undecided('no evidence was collected for it');
  if (found.kind === 'unread') return undecided(`could not be read: ${found.problem}`);
  return findingOf(record, proof, found) ?? undecided(`the evidence is of another kind: ${found.kind}`);
}

/** @returns `undefined` when the evidence has another kind than the proof. */
function findingOf(record: Unjudged, proof: Proof, found: ProofEvidence): Finding | undefined {
  switch (proof.kind) {
    case 'log':
      return found.kind === 'log' ? logFinding(proof, found) : undefined;
    case 'log-count':
      return found.kind === 'log-count' ? logCountFinding(proof, found) : undefined;
    case 'trace':
      return found.kind === 'trace' ? traceFinding(proof, found) : undefined;
    case 'p99':
      return found.kind === 'p99' ? p99Finding(proof, found) : undefined;
    case 'budget':
      return found.kind === 'budget' ? budgetFinding(proof, found, record.pace) : undefined;
    case 'readiness':
      return found.kind === 'readiness' ? readinessFinding(proof, found, record.faultWindow) : undefined;
    case 'sampling':
      return found.kind === 'sampling' ? samplingFinding(proof, found) : undefined;
    case 'rollback':
      return found.kind === 'rollback' ? rollbackFinding(proof, found, record) : undefined;
  }
}

/** Returns what a proof shows when it holds, as a title for reports and tests. */
export function proofTitle(proof: Proof): string {
  switch (proof.kind) {
    case 'log':
      return `Loki has ${proof.query}${proof.traced ? ', each line with its trace_id' : ''}`;
    case 'log-count':
      return `Loki has one line of ${proof.query} for each request hit, and none of the noise`;
    case 'trace':
      return `a trace leads ${proof.through.join(' → ')} to the span that ${proof.culprit === 'failing' ? 'failed' : 'took the time'}`;
    case 'p99':
      return `p99 of ${proof.journey} in Prometheus is that of k6 within ${proof.tolerance * 100} %`;
    case 'budget':
      return `${proof.panel} on the dashboard ${proof.dashboard} is what k6's failures leave within ${proof.tolerance * 100} %`;
    case 'readiness':
      return `${proof.pods.join(', ')} ${proof.answers === 503 ? 'turned unready' : 'stayed ready'}`;
    case 'sampling':
      return `Tempo has every failed and slow request, and ${proof.share * 100} % of the rest`;
    case 'rollback':
      return proof.times === 0
        ? `${proof.application} is not rolled back`
        : `${proof.application} is rolled back once, and in time`;
  }
}
