import type { ProofEvidence, Trace } from '../../core/record.ts';
import type { ProofOf } from '../../core/scenario.ts';
import type { RunningDrill } from '../running-drill.ts';
import { type ProofWindow, readUntilComplete } from './proof-window.ts';
import { requireReader } from './require-reader.ts';

interface Found {
  readonly found: number;
  readonly trace: Trace | undefined;
}

/**
 * Returns one trace of the fault: the trace of the log line or, with a query, the middle one of the traces found, which is
 * neither from the start nor from the end of the fault.
 *
 * @param collected the evidence of the earlier proofs.
 */
export async function traceEvidence(
  { tempo: reader, signal, recorder }: RunningDrill,
  { query }: ProofOf<'trace'>,
  { injectedAt, revertedAt }: ProofWindow,
  collected: readonly ProofEvidence[],
): Promise<ProofEvidence> {
  const tempo = requireReader(reader, 'Tempo');
  const { asked, traceId } = query === undefined ? ofLogLine(collected) : { asked: query };
  const read = async (): Promise<Found> => {
    if (query === undefined) {
      const trace = traceId === undefined ? undefined : await tempo.trace(traceId);
      return { found: trace ? 1 : 0, trace };
    }
    const found = await tempo.search(query, injectedAt, revertedAt);
    const middle = found[Math.floor(found.length / 2)];
    return { found: found.length, trace: middle && (await tempo.trace(middle.traceId)) };
  };
  // A log line without a trace id will not get one later.
  const nothing = query === undefined && traceId === undefined;
  const { found, trace } = await readUntilComplete(
    'a whole trace in Tempo',
    read,
    (now) => (nothing ? undefined : missingPart(now)),
    { signal, onNotMet: (saw) => recorder.saw(saw) },
  );
  return { kind: 'trace', asked, found, ...(trace ? { trace } : {}) };
}

function ofLogLine(collected: readonly ProofEvidence[]): { asked: string; traceId?: string } {
  const log = collected.find((evidence) => evidence.kind === 'log');
  const line = log?.lines.find(({ traceId }) => traceId);
  if (!line?.traceId) return { asked: 'a log line: there is none with a trace_id' };
  return { asked: `the log line's trace_id ${line.traceId}`, traceId: line.traceId };
}

function missingPart({ found, trace }: Found): string | undefined {
  if (!trace) return `${found} traces`;
  const known = new Set(trace.spans.map(({ spanId }) => spanId));
  const orphans = trace.spans.filter(({ parentId }) => parentId !== undefined && !known.has(parentId));
  return orphans.length > 0 ? `a trace in which ${orphans.length} parent spans are missing` : undefined;
}
