import type { UsedFiles } from '../../configuration/files/files.ts';
import type { PhaseName } from '../../core/hops.ts';
import type { Pace } from '../../core/pace.ts';
import type { DrillRecord } from '../../core/record.ts';
import type { Scenario } from '../../core/scenario.ts';
import type { Drill, RunningDrill } from '../running-drill.ts';
import type { EndedDrill } from '../stack/served-stack.ts';

/** What the limits of phases follow from. */
export interface LimitInputs {
  readonly scenario: Scenario;
  readonly pace: Pace;
  readonly floors: DrillRecord['floors'];
  /** Configuration as used. */
  readonly files: UsedFiles;
  /** The drill before this one on the stack. */
  readonly before?: EndedDrill;
}

/** A phase on the running stack. `D` is the drill with what the phases before have left, `R` what this one leaves. */
export interface Phase<D = RunningDrill, R = void> {
  readonly name: PhaseName;
  /** What it awaits, for whoever watches. */
  readonly awaits: (drill: Drill) => string;
  /** How long it may take, milliseconds. Absent: what it does has time limits of its own, and nobody is told of one. */
  readonly limitMs?: (inputs: LimitInputs) => number;
  /** @param withinMs its limit. */
  readonly work: (drill: D, withinMs: number) => Promise<R>;
}

/** What a phase without a limit takes at most: to inject or to revert on a busy machine, or proofs on their way. */
const otherwiseMs = 40_000;

export async function runPhase<D extends RunningDrill, R>(phase: Phase<D, R>, drill: D): Promise<R> {
  const { name, awaits, limitMs, work } = phase;
  const upToMs = limitMs?.(inputsOf(drill));
  const note = { awaits: awaits(drill), ...(upToMs === undefined ? {} : { upToMs }) };
  return await drill.recorder.phase(name, note, () => work(drill, upToMs ?? otherwiseMs));
}

/** k6 is bounded: it ends by itself when every phase had taken as long as it may. */
export const loadAtMostMs = (phases: readonly Pick<Phase, 'limitMs'>[], inputs: LimitInputs): number =>
  phases.reduce((sum, { limitMs }) => sum + (limitMs?.(inputs) ?? otherwiseMs), 0);

export const inputsOf = ({
  options: { scenario, pace },
  recorder: {
    record: { floors },
  },
  stack: { files },
  before,
}: RunningDrill): LimitInputs => ({ scenario, pace, floors, files, ...(before ? { before } : {}) });
