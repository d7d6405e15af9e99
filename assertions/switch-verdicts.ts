import { humanDuration } from '../core/duration.ts';
import type { Unjudged } from '../core/record.ts';
import type { PageExpectation } from '../core/scenario.ts';
import type { Finding } from './finding.ts';
import { arrives } from './page-verdicts.ts';

/** Judges that the dead-man's switch paged in time. If it did not, the evidence says what it saw and did. */
export function switchArrives(record: Unjudged, expectation: PageExpectation): Finding {
  const found = arrives(record, expectation);
  if (found.outcome !== 'fail') return found;
  const why = whyNotPaged(record);
  return { ...found, message: `${found.message}: ${why[0]}`, evidence: [...found.evidence, ...why] };
}

/** The first line is the reason. */
function whyNotPaged({ deadMansSwitch, faultWindow }: Unjudged): string[] {
  if (!deadMansSwitch) return ["the stack has no dead-man's switch"];
  const { patienceMs, pings, events } = deadMansSwitch;
  const { firstHitAt: from = Number.NaN, heldUntil: to = Number.POSITIVE_INFINITY } = faultWindow ?? {};
  const during = pings.filter((at) => at >= from && at <= to);
  const last = during.at(-1);
  const after = (at: number) => `${humanDuration(at - from)} after the fault`;
  const sent = events.filter(({ at, action }) => action === 'trigger' && at >= from);
  const lines = sent.map(({ at, to: receiver, problem }) =>
    problem === undefined
      ? `its event reached ${receiver} ${after(at)}`
      : `its event to ${receiver}, ${after(at)}, was not accepted: ${problem}`,
  );
  const pinged =
    last === undefined
      ? 'no ping came during the fault'
      : `${during.length} pings came during the fault, the last one ${after(last)}`;
  const silent = `it pages after ${humanDuration(patienceMs)} without a ping`;
  const [first] = lines;
  return first === undefined ? [`the switch sent no page: ${pinged}`, silent] : [...lines, pinged, silent];
}
