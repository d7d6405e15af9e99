import type { ProofEvidence } from '../../core/record.ts';
import type { ProofOf } from '../../core/scenario.ts';
import type { Sample } from '../load/account.ts';
import type { RunningDrill } from '../running-drill.ts';
import { present } from './present.ts';
import { type ProofWindow, readWhole } from './proof-window.ts';
import { blurMs, classesOf, matched } from './sampling-classes.ts';

/** How far from injection and revert a request must begin: both take a moment. */
const marginMs = 1_000;
/** From the end of a request until it can be found: the Collector's decision, and Tempo's own delay. */
const decidedAfterMs = 20_000;

/** Requests that users made: the storefront's own root spans. Health checks and levers have none. */
const ofUsers = 'nestedSetParent < 0 && kind = server && resource.service.name = "storefront"';

/** What k6 made, and what Tempo kept of it, by class. */
export async function samplingEvidence(
  { grafana, account, signal, recorder }: RunningDrill,
  { slowerThanMs }: ProofOf<'sampling'>,
  { injectedAt, revertedAt }: ProofWindow,
): Promise<ProofEvidence> {
  const tempo = present(grafana?.tempo, 'Tempo');
  const [from, to] = [injectedAt + marginMs, revertedAt - marginMs];
  const made = classesOf(account.samplesBetween(injectedAt, Date.now()), from, to, slowerThanMs);
  const search = (condition: string) =>
    tempo.search(`{ ${ofUsers} && ${condition} }`, from - marginMs, to + marginMs);
  const withTrace = async (requests: readonly Sample[], condition: string) => ({
    requests: requests.length,
    traces: matched(requests, await search(condition)),
  });
  const found = await readWhole(
    'every failed and slow trace in Tempo',
    async () => ({
      failed: await withTrace(made.failed, 'status = error'),
      slow: await withTrace(made.slow, `status != error && duration > ${slowerThanMs}ms`),
      rest: await withTrace(made.rest, `status != error && duration < ${slowerThanMs - blurMs}ms`),
    }),
    ({ failed, slow }) => {
      if (Date.now() < to + decidedAfterMs) return 'traces may still be on their way';
      if (failed.traces === failed.requests && slow.traces === slow.requests) return undefined;
      return `${failed.traces} of ${failed.requests} failed and ${slow.traces} of ${slow.requests} slow traces`;
    },
    { signal, onLook: (saw) => recorder.saw(saw) },
  );
  return { kind: 'sampling', from, to, ...found, stalled: made.stalled.length };
}
