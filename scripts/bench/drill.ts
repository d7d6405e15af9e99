import type { DrillEvent } from '../../core/events.ts';
import { paced } from '../../core/pace.ts';
import type { DrillRecord } from '../../core/record.ts';
import type { Scenario } from '../../core/scenario.ts';
import { runDrill } from '../../harness/drill.ts';
import type { Placement } from '../../harness/placement.ts';
import type { Session } from '../../harness/session.ts';
import { memoryOf } from '../../stacks/runtimes/process/memory.ts';

/** What one drill of the benchmark gave; lengths in milliseconds, sizes in bytes. */
export interface Measured {
  readonly readyMs: number;
  readonly readyByComponent: ReadonlyMap<string, number>;
  /** By component, when all were ready and before there was any load. */
  readonly idle: ReadonlyMap<string, number>;
  /** The same, at the end of the quiet period, under load. */
  readonly loaded: ReadonlyMap<string, number>;
  readonly harnessBytes: number;
  readonly mttdMs: number;
  readonly floorMeanMs: number;
  readonly wallMs: number;
  /** Quiet period, MTTD and resolution: what no harness can make shorter. */
  readonly neededMs: number;
}

/** @throws Error when the drill did not hold: its figures would mean nothing. */
export async function measureDrill(
  session: Session,
  scenario: Scenario,
  placement: Placement,
): Promise<Measured> {
  let run = '';
  const memory = new Map<string, ReadonlyMap<string, number>>();
  let harnessBytes = 0;
  const tell = (event: DrillEvent) => {
    harnessBytes = Math.max(harnessBytes, process.memoryUsage.rss());
    if (event.type === 'drill-started') run = event.record.id;
    if (event.type !== 'phase-started') return;
    // Told before the phase begins: the moment before the load, and the moment before the fault.
    if (event.phase === 'warm up' || event.phase === 'inject') memory.set(event.phase, memoryOf(run));
  };
  const record = await runDrill(session(scenario, placement, tell));
  if (record.outcome !== 'pass') {
    const why = record.problem?.problems.map(({ where, message }) => `${where}: ${message}`).join('\n');
    throw new Error(
      `drill ${record.id} did not hold (${record.outcome}); its figures mean nothing\n${why ?? ''}`,
    );
  }
  const { mttdMs, floorMeanMs, resolveMs } = timesOf(record);
  const { components } = record.stack;
  const starting = record.phases.find(({ name }) => name === 'start stack');
  return {
    readyMs: (starting?.endedAt ?? NaN) - (starting?.startedAt ?? NaN),
    readyByComponent: new Map(components.map(({ name, readyAfterMs }) => [name, readyAfterMs ?? NaN])),
    idle: memory.get('warm up') ?? new Map(),
    loaded: memory.get('inject') ?? new Map(),
    harnessBytes,
    mttdMs,
    floorMeanMs,
    wallMs: (record.endedAt ?? NaN) - record.startedAt,
    neededMs: paced(scenario.quietFor, record.pace) + mttdMs + resolveMs,
  };
}

function timesOf({ verdicts }: DrillRecord) {
  const arrives = verdicts.find(({ id }) => id.endsWith('/arrives'));
  const resolved = verdicts.find(({ id }) => id.endsWith('/resolved'));
  return {
    mttdMs: arrives?.measuredMs ?? NaN,
    floorMeanMs: arrives?.floor?.mean ?? NaN,
    resolveMs: resolved?.measuredMs ?? NaN,
  };
}
