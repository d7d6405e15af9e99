import type { GateFinding, GateResult } from '../../core/gate.ts';

/** A finding and the place in the user's files that it is about, e.g. `rules/web.yml:7`. */
export interface PlacedFinding {
  readonly finding: GateFinding;
  readonly where: string;
}

/** The result as reports get it. */
export interface PlacedResult extends Omit<GateResult, 'findings'> {
  readonly findings: readonly PlacedFinding[];
}
