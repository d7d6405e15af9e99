import type { ProofEvidence } from '../../core/record.ts';
import type { ProofOf } from '../../core/scenario.ts';
import type { Parts } from '../parts.ts';
import { present } from './present.ts';
import { type ProofWindow, readWhole } from './proof-window.ts';
import { countRequests, cutsFor } from './sampling-counts.ts';

/** How far from injection and revert a request must begin: both take a moment. */
const marginMs = 1_000;
/** From the end of a request until it can be found: the Collector's decision, and Tempo's own delay. */
const decidedAfterMs = 20_000;

/** Requests that users made: the storefront's own root spans. Health checks and levers have none. */
const requests = 'nestedSetParent < 0 && kind = server && resource.service.name = "storefront"';

/** What k6 made, and what Tempo kept of it, by class. */
export async function samplingEvidence(
  { tempo: reader, account, signal, keeper }: Parts,
  { slowerThanMs }: ProofOf<'sampling'>,
  { injectedAt, revertedAt }: ProofWindow,
): Promise<ProofEvidence> {
  const tempo = present(reader, 'Tempo');
  const samples = account.samplesBetween(injectedAt, Date.now());
  const cuts = cutsFor(samples, injectedAt + marginMs, revertedAt - marginMs, slowerThanMs);
  const made = countRequests(samples, cuts);
  const kept = (condition: string) =>
    tempo.search(`{ ${requests} && ${condition} }`, cuts.from, cuts.to).then(({ length }) => length);
  const traces = await readWhole(
    'every failed and slow trace in Tempo',
    async () => ({
      failed: await kept('status = error'),
      slow: await kept(`status != error && duration > ${Math.round(cuts.slowFromMs)}ms`),
      rest: await kept(`status != error && duration < ${Math.round(cuts.restToMs)}ms`),
    }),
    ({ failed, slow }) => {
      if (Date.now() < cuts.to + decidedAfterMs) return 'traces may still be on their way';
      if (failed >= made.failed && slow >= made.slow) return undefined;
      return `${failed} of ${made.failed} failed and ${slow} of ${made.slow} slow traces`;
    },
    { signal, onLook: (saw) => keeper.saw(saw) },
  );
  const both = (name: 'failed' | 'slow' | 'rest') => ({ requests: made[name], traces: traces[name] });
  return {
    kind: 'sampling',
    from: cuts.from,
    to: cuts.to,
    failed: both('failed'),
    slow: both('slow'),
    rest: both('rest'),
  };
}
