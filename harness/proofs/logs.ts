import type { ProofEvidence } from '../../core/record.ts';
import type { ProofOf } from '../../core/scenario.ts';
import type { RunningDrill } from '../running-drill.ts';
import { present } from './present.ts';
import { type ProofWindow, readWhole } from './proof-window.ts';

/** Lines kept in the record; the rest is counted. */
const some = 20;
/** From a line in the service to Loki, at most: the batches of its SDK and of the Collector, in milliseconds. */
const onTheWayMs = 10_000;

/** The lines of the fault window, and whether they lead to traces. */
export async function logEvidence(
  { grafana, signal, recorder }: RunningDrill,
  { query }: ProofOf<'log'>,
  { injectedAt, revertedAt }: ProofWindow,
): Promise<ProofEvidence> {
  const loki = present(grafana?.loki, 'Loki');
  const found = await readWhole(
    'its lines in Loki',
    () => loki.lines(query, injectedAt, revertedAt, Number.POSITIVE_INFINITY),
    (lines) => stillComing(revertedAt) ?? (lines.length > 0 ? undefined : `no line of ${query} yet`),
    { signal, onLook: (saw) => recorder.saw(saw) },
  );
  return {
    kind: 'log',
    total: found.length,
    untraced: found.filter(({ traceId }) => !traceId).length,
    lines: found.slice(0, some),
  };
}

/** How many lines there are for the requests hit, which may have ended after the revert. */
export async function logCountEvidence(
  { grafana, signal, recorder }: RunningDrill,
  { query, noise: noiseQuery }: ProofOf<'log-count'>,
  { injectedAt, revertedAt, lastHitAt = revertedAt, hits }: ProofWindow,
): Promise<ProofEvidence> {
  const loki = present(grafana?.loki, 'Loki');
  const last = Math.max(revertedAt, lastHitAt);
  const counted = await readWhole(
    'as many lines in Loki as requests were hit',
    // Half a second more: a line is logged before k6 has the answer, or just after.
    () => loki.count(query, injectedAt, last + 500),
    (lines) => stillComing(last) ?? (lines >= hits ? undefined : `${lines} lines for ${hits} requests`),
    { signal, onLook: (saw) => recorder.saw(saw) },
  );
  const noise = await loki.lines(noiseQuery, injectedAt, last, some);
  return { kind: 'log-count', lines: counted, hits, noise };
}

const stillComing = (last: number): string | undefined =>
  Date.now() < last + onTheWayMs ? 'lines may still be on their way' : undefined;
