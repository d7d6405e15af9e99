import type { DrillRecord, ProofEvidence, Verdict } from '../core/record.ts';
import type { Proof } from '../core/scenario.ts';
import { count, listed, span } from './text.ts';

/** One proof of the scenario with its evidence. */
export interface ShownProof {
  readonly kind: Proof['kind'];
  /** The requirement, in words. */
  readonly asked: string;
  readonly query?: string;
  /** The values found, in one line. */
  readonly found: string;
  /** Its verdict; absent if it was not judged. */
  readonly verdict?: Verdict;
}

/** Every proof of the scenario, in order; empty if no evidence was collected. */
export function proofsOf({ scenario, evidence, verdicts }: DrillRecord): ShownProof[] {
  if (!evidence) return [];
  return scenario.proofs.map((proof, i, all) => {
    const { kind } = proof;
    const nth = all.slice(0, i + 1).filter((other) => other.kind === kind).length;
    const verdict = verdicts.find(({ id }) => id === `${nth > 1 ? `${kind}#${nth}` : kind}/proof`);
    return {
      kind,
      asked: askedText(proof),
      ...('query' in proof && proof.query ? { query: proof.query } : {}),
      found: foundText(evidence.proofs[i]),
      ...(verdict ? { verdict } : {}),
    };
  });
}

/** The verdict's message if the proof did not pass. */
export const objectionTo = ({ verdict }: ShownProof): string | undefined =>
  verdict && verdict.outcome !== 'pass' ? verdict.message : undefined;

function askedText(proof: Proof): string {
  switch (proof.kind) {
    case 'log':
      return proof.traced ? 'log lines, each with a trace_id' : 'log lines';
    case 'log-count':
      return 'one log line for each request hit, and no line of the query `noise`';
    case 'trace':
      return `a trace through ${proof.through.join(' → ')}, whose ${proof.culprit === 'failing' ? 'error began' : 'longest span is'} in the last one`;
    case 'p99':
      return `p99 of ${proof.journey} in Prometheus within ${percent(proof.tolerance)} of k6's`;
    case 'budget':
      return `${proof.panel} on the dashboard ${proof.dashboard} falls by what k6's failures spend, within ${percent(proof.tolerance)}`;
    case 'readiness':
      return proof.answers === 503
        ? `readiness checks of ${listed(proof.pods)} answered with 503 while the fault lasted`
        : `every readiness check of ${listed(proof.pods)} answered with 200`;
    case 'sampling':
      return `traces of all failed requests, of all slower than ${span(proof.slowerThanMs)}, and of ${percent(proof.share)} of the rest`;
    case 'rollback':
      return proof.times === 0
        ? `no rollback of ${proof.application}`
        : `one rollback of ${proof.application}, within ${proof.within} at real pace; then less than ${percent(proof.errorRateBelow ?? 1)} of the requests fail`;
  }
}

function foundText(found: ProofEvidence | undefined): string {
  switch (found?.kind) {
    case undefined:
      return 'not checked';
    case 'unread':
      return `could not be read: ${found.problem}`;
    case 'log':
      if (found.total === 0) return '0 lines';
      return `${count(found.total, 'line')}, ${found.untraced === 0 ? 'all' : found.total - found.untraced} with a trace_id`;
    case 'log-count':
      return `${count(found.lines, 'line')} for ${count(found.hits, 'request')} hit, ${found.noise.length === 0 ? 'none of noise' : `${found.noise.length} or more of noise`}`;
    case 'trace':
      return found.trace
        ? `trace ${found.trace.traceId} of ${count(found.trace.spans.length, 'span')}${found.found > 1 ? `, one of ${found.found}` : ''}`
        : `${count(found.found, 'trace')} found`;
    case 'p99': {
      const { prometheusMs, k6Ms, requests } = found;
      const apart =
        prometheusMs === undefined || k6Ms <= 0
          ? ''
          : `, ${percent(Math.abs(prometheusMs - k6Ms) / k6Ms)} apart`;
      return `Prometheus ${span(prometheusMs)}, k6 ${span(k6Ms)}${apart} (${count(requests, 'request')})`;
    }
    case 'budget': {
      const shown = (share: number | undefined) => (share === undefined ? '–' : percent(share));
      return `${shown(found.before)} before the fault, ${shown(found.after)} at the end; ${found.failed} of ${count(found.requests, 'request')} failed`;
    }
    case 'readiness':
      return `${count(found.checks, 'check')}, ${found.notReady.length === 0 ? 'all answered with 200' : `${found.notReady.length} not answered with 200`}`;
    case 'sampling': {
      const { failed, slow, rest } = found;
      const kept = ({ requests, traces }: typeof rest) => `${traces} of ${requests}`;
      const share = rest.requests > 0 ? ` (${percent(rest.traces / rest.requests)})` : '';
      return `traces of ${kept(failed)} failed requests, of ${kept(slow)} slow ones, and of ${kept(rest)} others${share}`;
    }
    case 'rollback': {
      const { deployments, decisions, after } = found;
      const rollbacks = deployments.filter(({ rollback }) => rollback);
      const failed = after ? `, then ${after.failed} of ${count(after.requests, 'request')} failed` : '';
      return `${count(rollbacks.length, 'rollback')}, ${count(decisions.length, 'alert')} at the adapter${failed}`;
    }
  }
}

/** `1 %`, `2.8 %` */
const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;
