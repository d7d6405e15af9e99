import type { UsedFiles } from '../../configuration/files/files.ts';
import type { PhaseName } from '../../core/hops.ts';
import type { Pace } from '../../core/pace.ts';
import type { DrillRecord } from '../../core/record.ts';
import type { Scenario } from '../../core/scenario.ts';
import type { Drill, RunningDrill } from '../running-drill.ts';
import type { EndedDrill } from '../stack/ready-stack.ts';

/** Inputs from which the time limits of phases are computed. */
export interface LimitInputs {
  readonly scenario: Scenario;
  readonly pace: Pace;
  readonly floors: DrillRecord['floors'];
  /** The configuration as used. */
  readonly files: UsedFiles;
  /** The previous drill on the same stack. */
  readonly before?: EndedDrill;
}

/** A phase on the running stack. `D` is the drill with the results of earlier phases, `R` the result of this phase. */
export interface DrillPhase<D = RunningDrill, R = void> {
  readonly name: PhaseName;
  /** What the phase waits for, shown on the console. */
  readonly awaits: (drill: Drill) => string;
  /** The time limit in milliseconds. Absent when each step of the phase has its own limit; then no limit is shown. */
  readonly limitMs?: (inputs: LimitInputs) => number;
  /** @param withinMs the time limit in milliseconds. */
  readonly work: (drill: D, withinMs: number) => Promise<R>;
}

/** Assumed limit of a phase without one: enough to inject or revert on a busy machine, or to collect the proofs. */
const defaultLimitMs = 40_000;

export async function runDrillPhase<D extends RunningDrill, R>(
  phase: DrillPhase<D, R>,
  drill: D,
): Promise<R> {
  const { name, awaits, limitMs, work } = phase;
  const upToMs = limitMs?.(limitInputsOf(drill));
  const note = { awaits: awaits(drill), ...(upToMs === undefined ? {} : { upToMs }) };
  return await drill.recorder.phase(name, note, () => work(drill, upToMs ?? defaultLimitMs));
}

/** The longest that the load may run, in milliseconds: the sum of all phase limits. k6 ends by itself after it. */
export const maxLoadMs = (phases: readonly Pick<DrillPhase, 'limitMs'>[], inputs: LimitInputs): number =>
  phases.reduce((sum, { limitMs }) => sum + (limitMs?.(inputs) ?? defaultLimitMs), 0);

export const limitInputsOf = ({
  options: { scenario, pace },
  recorder: {
    record: { floors },
  },
  stack: { files },
  before,
}: RunningDrill): LimitInputs => ({ scenario, pace, floors, files, ...(before ? { before } : {}) });
