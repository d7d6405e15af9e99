import type { ProofEvidence } from '../../core/record.ts';
import type { Proof } from '../../core/scenario.ts';
import type { Finding } from '../finding.ts';

export type EvidenceOf<K extends Proof['kind']> = Extract<ProofEvidence, { kind: K }>;

export const pass = (message: string, evidence: string[] = []): Finding => ({
  outcome: 'pass',
  message,
  evidence,
});
export const fail = (message: string, evidence: string[] = []): Finding => ({
  outcome: 'fail',
  message,
  evidence,
});
/** The evidence does not suffice to decide. */
export const undecided = (message: string, evidence: string[] = []): Finding => ({
  outcome: 'broken',
  message,
  evidence,
});

/** `1 line`, `2 lines`. */
export const countText = (n: number, thing: string): string => `${n} ${thing}${n === 1 ? '' : 's'}`;
