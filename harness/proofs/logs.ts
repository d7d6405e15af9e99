import type { ProofEvidence } from '../../core/record.ts';
import type { ProofOf } from '../../core/scenario.ts';
import type { RunningDrill } from '../running-drill.ts';
import { type ProofWindow, readUntilComplete } from './proof-window.ts';
import { requireReader } from './require-reader.ts';

/** The number of lines that the record keeps. Further lines are only counted. */
const maxLines = 20;
/** The longest delay of a line from the service to Loki, through the batches of SDK and Collector, in milliseconds. */
const maxIngestMs = 10_000;

/** Returns the log lines of the fault window, and how many have no trace id. */
export async function logEvidence(
  { loki: reader, signal, recorder }: RunningDrill,
  { query }: ProofOf<'log'>,
  { injectedAt, revertedAt }: ProofWindow,
): Promise<ProofEvidence> {
  const loki = requireReader(reader, 'Loki');
  const found = await readUntilComplete(
    'its lines in Loki',
    () => loki.lines(query, injectedAt, revertedAt, Number.POSITIVE_INFINITY),
    (lines) => notYetIngested(revertedAt) ?? (lines.length > 0 ? undefined : `no line of ${query} yet`),
    { signal, onNotMet: (saw) => recorder.saw(saw) },
  );
  return {
    kind: 'log',
    total: found.length,
    untraced: found.filter(({ traceId }) => !traceId).length,
    lines: found.slice(0, maxLines),
  };
}

/** Counts the log lines of the hit requests, which may end after the revert. */
export async function logCountEvidence(
  { loki: reader, signal, recorder }: RunningDrill,
  { query, noise: noiseQuery }: ProofOf<'log-count'>,
  { injectedAt, revertedAt, lastHitAt = revertedAt, hits }: ProofWindow,
): Promise<ProofEvidence> {
  const loki = requireReader(reader, 'Loki');
  const last = Math.max(revertedAt, lastHitAt);
  const counted = await readUntilComplete(
    'as many lines in Loki as requests were hit',
    // A line may be logged just after k6 has the answer, so the window is half a second longer.
    () => loki.count(query, injectedAt, last + 500),
    (lines) => notYetIngested(last) ?? (lines >= hits ? undefined : `${lines} lines for ${hits} requests`),
    { signal, onNotMet: (saw) => recorder.saw(saw) },
  );
  const noise = await loki.lines(noiseQuery, injectedAt, last, maxLines);
  return { kind: 'log-count', lines: counted, hits, noise };
}

const notYetIngested = (last: number): string | undefined =>
  Date.now() < last + maxIngestMs ? 'lines may still be on their way' : undefined;
