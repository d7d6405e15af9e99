import { messageOf } from '../../core/errors.ts';
import type { FaultWindow, ProofEvidence } from '../../core/record.ts';
import type { Proof } from '../../core/scenario.ts';
import type { Parts } from '../parts.ts';
import { logCountEvidence, logEvidence } from './logs.ts';
import { p99Evidence } from './p99.ts';
import type { ProofWindow } from './proof-window.ts';
import { type ReadinessWatch, watchReadiness } from './readiness.ts';
import { samplingEvidence } from './sampling.ts';
import { traceEvidence } from './traces.ts';

/** What is being watched for the proofs of a scenario. */
export interface OpenProofs {
  /**
   * Collects the evidence, one for each proof in their order, once the fault is reverted. What cannot be read is
   * said to be unread; only the end of the drill is thrown.
   */
  finish(window: FaultWindow): Promise<ProofEvidence[]>;
}

/**
 * Starts what must be watched while the fault lasts.
 *
 * @param defer takes the undo: the watching ends with `finish`, or else with the drill.
 */
export function startProofs(
  parts: Parts,
  defer: (what: string, undo: () => Promise<void> | void) => void,
): OpenProofs {
  const ended = new AbortController();
  defer('stop watching readiness', () => ended.abort());
  const signal = AbortSignal.any([parts.signal, ended.signal]);
  const watches = new Map<Proof, ReadinessWatch>();
  for (const proof of parts.scenario.proofs) {
    if (proof.kind === 'readiness') watches.set(proof, watchReadiness(parts.stack, proof.pods, signal));
  }
  return {
    finish: async (window) => {
      ended.abort();
      return await collectProofs(parts, window, watches);
    },
  };
}

async function collectProofs(
  parts: Parts,
  window: FaultWindow,
  watches: ReadonlyMap<Proof, ReadinessWatch>,
): Promise<ProofEvidence[]> {
  const collected: ProofEvidence[] = [];
  for (const proof of parts.scenario.proofs) {
    try {
      const { revertedAt } = window;
      if (revertedAt === undefined) throw new Error('the fault was not reverted');
      collected.push(await evidenceFor(parts, proof, { ...window, revertedAt }, collected, watches));
    } catch (error) {
      parts.signal.throwIfAborted();
      collected.push({ kind: 'unread', problem: messageOf(error) });
    }
  }
  return collected;
}

async function evidenceFor(
  parts: Parts,
  proof: Proof,
  window: ProofWindow,
  collected: readonly ProofEvidence[],
  watches: ReadonlyMap<Proof, ReadinessWatch>,
): Promise<ProofEvidence> {
  switch (proof.kind) {
    case 'log':
      return await logEvidence(parts, proof, window);
    case 'log-count':
      return await logCountEvidence(parts, proof, window);
    case 'trace':
      return await traceEvidence(parts, proof, window, collected);
    case 'p99':
      return await p99Evidence(parts, proof, window);
    case 'readiness':
      return watches.get(proof)?.within(window) ?? { kind: 'unread', problem: 'nobody watched it' };
    case 'sampling':
      return await samplingEvidence(parts, proof, window);
  }
}
