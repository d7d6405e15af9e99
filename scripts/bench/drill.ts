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

/** The figures of one drill; durations in milliseconds, sizes in bytes. */
export interface Measured extends Times {
  /** The images of its containers; absent on runtime process. */
  readonly images?: 'official' | 'local' | 'user';
  readonly readyMs: number;
  readonly readyByComponent: ReadonlyMap<string, number>;
  /** Memory by component, when all were ready and before the load. */
  readonly idle: ReadonlyMap<string, number>;
  /** Memory by component at the end of the quiet period, under load. */
  readonly loaded: ReadonlyMap<string, number>;
  readonly harnessBytes: number;
  readonly wallMs: number;
  /** Quiet period + MTTD + time to resolve: the part of `wallMs` that the harness cannot shorten. */
  readonly neededMs: number;
}

/**
 * Runs one drill and measures it.
 *
 * @throws Error when the drill did not hold, because its figures mean nothing then, or when containers could not be
 * measured; the signal's reason when it is aborted.
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
    // The event comes before the phase begins: before the load, and before the fault.
    if (event.phase !== 'warm up' && event.phase !== 'inject') return;
    const read = readMemory(options, run);
    // It is awaited after the drill; until then a failure must not count as unhandled.
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

/** Memory by component, in bytes. */
async function readMemory(
  { runtime, daemon }: Pick<DrillOptions, 'runtime' | 'daemon'>,
  run: string,
): Promise<ReadonlyMap<string, number>> {
  if (runtime.name === 'process') return memoryByComponent(run);
  return daemon ? await containerMemoryOf(await openDockerApi(daemon), run) : new Map();
}

/** Says why a drill that did not hold gives no figures. */
export function didNotHold({ id, outcome, problem, verdicts }: DrillRecord): string {
  const why = problem
    ? problem.problems.map(({ where, message }) => `${where}: ${message}`)
    : verdicts.flatMap((one) => (one.outcome === 'pass' ? [] : `${one.title}: ${one.message}`));
  return [`drill ${id} did not hold (${outcome}); its figures mean nothing`, ...why].join('\n');
}
