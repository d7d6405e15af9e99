import type { DrillEvent } from '../../core/events.ts';
import { paced } from '../../core/pace.ts';
import type { DrillRecord } from '../../core/record.ts';
import type { Scenario } from '../../core/scenario.ts';
import type { Session } from '../../harness/command/session.ts';
import { runDrill } from '../../harness/drill.ts';
import type { DrillOptions } from '../../harness/running-drill.ts';
import type { Placement } from '../../harness/stack/placement.ts';
import { openDockerApi } from '../../stacks/runtimes/docker/docker-api.ts';
import { memoryByComponent } from '../../stacks/runtimes/process/memory.ts';
import { containerMemoryOf } from './container-memory.ts';
import { type Times, timesOf } from './times.ts';

/** What one drill of the benchmark gave; lengths in milliseconds, sizes in bytes. */
export interface Measured extends Times {
  /** What its containers ran from; absent where there were none. */
  readonly images?: 'official' | 'local';
  readonly readyMs: number;
  readonly readyByComponent: ReadonlyMap<string, number>;
  /** By component, when all were ready and before there was any load. */
  readonly idle: ReadonlyMap<string, number>;
  /** The same, at the end of the quiet period, under load. */
  readonly loaded: ReadonlyMap<string, number>;
  readonly harnessBytes: number;
  readonly wallMs: number;
  /** Quiet period, MTTD and resolution: what no harness can make shorter. */
  readonly neededMs: number;
}

/**
 * @throws Error when the drill did not hold, and its figures would mean nothing, or containers could not be measured;
 * the signal's reason when it is aborted.
 */
export async function measureDrill(
  session: Session,
  scenario: Scenario,
  placement: Placement,
): Promise<Measured> {
  let run = '';
  const memory = new Map<string, Promise<ReadonlyMap<string, number>>>();
  let harnessBytes = 0;
  const tell = (event: DrillEvent) => {
    harnessBytes = Math.max(harnessBytes, process.memoryUsage.rss());
    if (event.type === 'drill-started') run = event.record.id;
    if (event.type !== 'phase-started') return;
    // Told before the phase begins: the moment before the load, and the moment before the fault.
    if (event.phase !== 'warm up' && event.phase !== 'inject') return;
    const read = readMemory(options, run);
    // Nobody waits for it before the drill is over.
    read.catch(() => {});
    memory.set(event.phase, read);
  };
  const options = session(scenario, placement, tell);
  const record = await runDrill(options);
  options.signal.throwIfAborted();
  if (record.outcome !== 'pass') throw new Error(didNotHold(record));
  const times = timesOf(record);
  const { components } = record.stack;
  const starting = record.phases.find(({ name }) => name === 'start stack');
  const source = components[0]?.image?.source;
  return {
    ...times,
    ...(source ? { images: source } : {}),
    readyMs: (starting?.endedAt ?? NaN) - (starting?.startedAt ?? NaN),
    readyByComponent: new Map(components.map(({ name, readyAfterMs }) => [name, readyAfterMs ?? NaN])),
    idle: (await memory.get('warm up')) ?? new Map(),
    loaded: (await memory.get('inject')) ?? new Map(),
    harnessBytes,
    wallMs: (record.endedAt ?? NaN) - record.startedAt,
    neededMs: paced(scenario.quietFor, record.pace) + times.mttdMs + times.resolveMs,
  };
}

/** By component. Processes are read at once, containers as soon as the daemon answers. */
async function readMemory(
  { runtime, daemon }: Pick<DrillOptions, 'runtime' | 'daemon'>,
  run: string,
): Promise<ReadonlyMap<string, number>> {
  if (runtime.name === 'process') return memoryByComponent(run);
  return daemon ? await containerMemoryOf(await openDockerApi(daemon), run) : new Map();
}

export function didNotHold({ id, outcome, problem, verdicts }: DrillRecord): string {
  const why = problem
    ? problem.problems.map(({ where, message }) => `${where}: ${message}`)
    : verdicts.flatMap((one) => (one.outcome === 'pass' ? [] : `${one.title}: ${one.message}`));
  return [`drill ${id} did not hold (${outcome}); its figures mean nothing`, ...why].join('\n');
}
