import type { LogLine, ProofEvidence, Span } from '../../../core/record.ts';
import type { ScenarioInput } from '../../../core/scenario.ts';
import type { Finding } from '../../finding.ts';
import { at, scenarioWith } from '../../testing/basics.ts';
import { recordWith } from '../../testing/record.ts';
import { proofFinding } from '../proof-verdicts.ts';

export type ProofInput = NonNullable<ScenarioInput['proofs']>[number];

/** Judges a drill with this proof and this evidence. */
export const findingOn = (proof: ProofInput, ...found: ProofEvidence[]): Finding =>
  proofFinding(recordWith({ scenario: scenarioWith({ proofs: [proof] }), evidence: { proofs: found } }), 0);

export const traceId = 'a'.repeat(32);

export const line = (changes: Partial<LogLine> = {}): LogLine => ({
  at: at(2),
  service: 'orders',
  severity: 'ERROR',
  text: 'unexpected error',
  traceId,
  labels: {},
  ...changes,
});

/** A span. Its times are milliseconds from the start of the trace. */
export const span = (
  spanId: string,
  parentId: string | undefined,
  service: string,
  [from, to]: readonly [from: number, to: number],
  changes: Partial<Span> = {},
): Span => ({
  spanId,
  ...(parentId === undefined ? {} : { parentId }),
  service,
  name: `${service} ${spanId}`,
  kind: 'internal',
  startAt: at(1) + from,
  durationMs: to - from,
  status: 'unset',
  attributes: {},
  ...changes,
});
