import { messageOf } from '../../core/errors.ts';
import type { FaultWindow, ProofEvidence } from '../../core/record.ts';
import type { Proof } from '../../core/scenario.ts';
import type { RunningDrill } from '../running-drill.ts';
import { logCountEvidence, logEvidence } from './logs.ts';
import { p99Evidence } from './p99.ts';
import type { ProofWindow } from './proof-window.ts';
import { type ReadinessWatch, watchReadiness } from './readiness.ts';
import { rollbackEvidence } from './rollback.ts';
import { samplingEvidence } from './sampling.ts';
import { traceEvidence } from './traces.ts';

/** The running watches for the proofs of a scenario. */
export interface OpenProofs {
  /**
   * Collects the evidence of each proof, in order, once the fault is reverted. Evidence that cannot be read has the kind
   * `unread`. Throws only when the drill is aborted.
   */
  finish(window: FaultWindow): Promise<ProofEvidence[]>;
}

/** Starts the watches that must run while the fault lasts. They end with `finish`, or else with the drill. */
export function startProofs(drill: RunningDrill): OpenProofs {
  const ended = new AbortController();
  drill.scope.defer('stop watching readiness', () => ended.abort());
  const signal = AbortSignal.any([drill.signal, ended.signal]);
  const watches = new Map<Proof, ReadinessWatch>();
  for (const proof of drill.options.scenario.proofs) {
    if (proof.kind === 'readiness') watches.set(proof, watchReadiness(drill.stack, proof.pods, signal));
  }
  return {
    finish: async (window) => {
      ended.abort();
      return await collectProofs(drill, window, watches);
    },
  };
}

async function collectProofs(
  drill: RunningDrill,
  window: FaultWindow,
  watches: ReadonlyMap<Proof, ReadinessWatch>,
): Promise<ProofEvidence[]> {
  const collected: ProofEvidence[] = [];
  for (const proof of drill.options.scenario.proofs) {
    try {
      const { revertedAt } = window;
      if (revertedAt === undefined) throw new Error('the fault was not reverted');
      collected.push(await evidenceFor(drill, proof, { ...window, revertedAt }, collected, watches));
    } catch (error) {
      drill.signal.throwIfAborted();
      collected.push({ kind: 'unread', problem: messageOf(error) });
    }
  }
  return collected;
}

async function evidenceFor(
  drill: RunningDrill,
  proof: Proof,
  window: ProofWindow,
  collected: readonly ProofEvidence[],
  watches: ReadonlyMap<Proof, ReadinessWatch>,
): Promise<ProofEvidence> {
  switch (proof.kind) {
    case 'log':
      return await logEvidence(drill, proof, window);
    case 'log-count':
      return await logCountEvidence(drill, proof, window);
    case 'trace':
      return await traceEvidence(drill, proof, window, collected);
    case 'p99':
      return await p99Evidence(drill, proof, window);
    case 'readiness':
      return (
        watches.get(proof)?.within(window) ?? { kind: 'unread', problem: 'its readiness was not watched' }
      );
    case 'sampling':
      return await samplingEvidence(drill, proof, window);
    case 'rollback':
      return await rollbackEvidence(drill, proof, window);
  }
}
