import type { ProofEvidence } from '../../core/record.ts';
import type { ProofOf } from '../../core/scenario.ts';
import type { RequestSample } from '../load/load-statistics.ts';
import type { RunningDrill } from '../running-drill.ts';
import { entriesOf } from '../stack/placement.ts';
import { type ProofWindow, readUntilComplete } from './proof-window.ts';
import { requireReader } from './require-reader.ts';
import { classesOf, countMatchingTraces, timingToleranceMs } from './sampling-classes.ts';

/** Requests that begin this close to the injection or the revert are ignored, because neither is instantaneous. */
const marginMs = 1_000;
/** The delay from the end of a request until Tempo finds its trace: the Collector's sampling decision and Tempo's ingest. */
const decidedAfterMs = 20_000;

/**
 * TraceQL for requests of users: root spans of the services that they reach. Health checks and the fault's control requests
 * have none.
 *
 * @param entries these services. Empty: they are not known, and any service may be one.
 */
function userRequestSpans(entries: readonly string[]): string {
  const oneOf = entries.map((name) => `resource.service.name = ${JSON.stringify(name)}`).join(' || ');
  const roots = 'nestedSetParent < 0 && kind = server';
  return entries.length === 0 ? roots : `${roots} && (${oneOf})`;
}

/** Returns the number of k6's requests and of their traces in Tempo by class. */
export async function samplingEvidence(
  { options, tempo: reader, loadStatistics, signal, recorder }: RunningDrill,
  { slowerThanMs }: ProofOf<'sampling'>,
  { injectedAt, revertedAt }: ProofWindow,
): Promise<ProofEvidence> {
  const tempo = requireReader(reader, 'Tempo');
  const [from, to] = [injectedAt + marginMs, revertedAt - marginMs];
  const made = classesOf(loadStatistics.samplesBetween(injectedAt, Date.now()), from, to, slowerThanMs);
  const isOfUser = userRequestSpans(entriesOf(options.placement));
  const search = (condition: string) =>
    tempo.search(`{ ${isOfUser} && ${condition} }`, from - marginMs, to + marginMs);
  const withTrace = async (requests: readonly RequestSample[], condition: string) => ({
    requests: requests.length,
    traces: countMatchingTraces(requests, await search(condition)),
  });
  const found = await readUntilComplete(
    'every failed and slow trace in Tempo',
    async () => ({
      failed: await withTrace(made.failed, 'status = error'),
      slow: await withTrace(made.slow, `status != error && duration > ${slowerThanMs}ms`),
      rest: await withTrace(made.rest, `status != error && duration < ${slowerThanMs - timingToleranceMs}ms`),
    }),
    ({ failed, slow }) => {
      if (Date.now() < to + decidedAfterMs) return 'traces may still be on their way';
      if (failed.traces === failed.requests && slow.traces === slow.requests) return undefined;
      return `${failed.traces} of ${failed.requests} failed and ${slow.traces} of ${slow.requests} slow traces`;
    },
    { signal, onNotMet: (saw) => recorder.saw(saw) },
  );
  return { kind: 'sampling', from, to, ...found, stalled: made.stalled.length };
}
