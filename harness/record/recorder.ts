import { FiredrillError, isAbort, messageOf } from '../../core/errors.ts';
import type { Tell } from '../../core/events.ts';
import type { PhaseName } from '../../core/hops.ts';
import { type DrillProblem, type DrillRecord, recordVersion, type Unjudged } from '../../core/record.ts';

/** What a phase waits for and its limit, shown on the console. */
export interface PhaseNote {
  readonly awaits?: string;
  readonly upToMs?: number;
}

type Start = Pick<
  DrillRecord,
  'id' | 'scenario' | 'pace' | 'seed' | 'stack' | 'machine' | 'clock' | 'versions'
>;

/** Holds the record of a running drill. Runs the phases and saves the record after each, so that a crash loses little. */
export class Recorder {
  readonly record: Unjudged;
  readonly #tell: Tell;
  readonly #save: (record: DrillRecord) => Promise<void>;
  #current: PhaseName | undefined;

  constructor(start: Start, tell: Tell, save: (record: DrillRecord) => Promise<void>) {
    this.#tell = tell;
    this.#save = save;
    this.record = {
      version: recordVersion,
      ...start,
      startedAt: Date.now(),
      configuration: [],
      phases: [],
      deliveries: [],
      pages: [],
      runbooks: [],
      floors: {},
      teardownFailures: [],
    };
  }

  /** The running phase. */
  get current(): PhaseName | undefined {
    return this.#current;
  }

  /** Reports the progress of the running phase: what it has found so far. */
  saw(text: string): void {
    if (this.#current) this.#tell({ type: 'waiting', phase: this.#current, saw: text });
  }

  /** Runs one phase and records its start, its end and its outcome. */
  async phase<T>(name: PhaseName, note: PhaseNote, work: () => Promise<T>): Promise<T> {
    this.#current = name;
    const startedAt = Date.now();
    this.#tell({ type: 'phase-started', phase: name, ...note });
    try {
      const result = await work();
      await this.#ended(name, startedAt, 'done');
      return result;
    } catch (error) {
      this.record.problem ??= problemOf(error, name);
      await this.#ended(name, startedAt, 'failed', messageOf(error));
      throw error;
    }
  }

  async #ended(
    name: PhaseName,
    startedAt: number,
    outcome: 'done' | 'failed',
    detail?: string,
  ): Promise<void> {
    const phase = { name, startedAt, endedAt: Date.now(), outcome, ...(detail ? { detail } : {}) };
    this.record.phases.push(phase);
    this.#tell({ type: 'phase-ended', phase });
    await this.save();
  }

  /** Saves the record so far. Until it is judged, the record says that the drill did not end. */
  async save(): Promise<void> {
    await this.#save({
      ...this.record,
      problem: this.record.problem ?? {
        kind: 'broken',
        problems: [
          { where: 'harness', message: 'ended before the drill did; this is what was recorded so far' },
        ],
      },
      verdicts: [],
      outcome: this.record.problem?.kind ?? 'broken',
    });
  }
}

/** Converts an error into the record's form: bad input, an interruption, or `broken` with the stack trace. */
export function problemOf(error: unknown, phase?: PhaseName): DrillProblem {
  const where = phase ?? 'harness';
  const inPhase = phase ? { phase } : {};
  if (error instanceof FiredrillError)
    return { kind: error.kind, ...inPhase, problems: error.problems.map((p) => ({ ...p })) };
  if (isAbort(error))
    return { kind: 'interrupted', ...inPhase, problems: [{ where, message: 'interrupted' }] };
  const stack = error instanceof Error && error.stack ? `\n${error.stack}` : '';
  return { kind: 'broken', ...inPhase, problems: [{ where, message: `${messageOf(error)}${stack}` }] };
}
