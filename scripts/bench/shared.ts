import { messageOf } from '../../core/errors.ts';
import type { DrillRecord } from '../../core/record.ts';
import type { Scenario } from '../../core/scenario.ts';
import type { Session } from '../../harness/command/session.ts';
import { runDrill } from '../../harness/drill.ts';
import { Handover } from '../../harness/stack/handover.ts';
import type { Placement } from '../../harness/stack/placement.ts';
import { tableText } from '../../reports/console/table.ts';
import { spreadOf } from '../spread.ts';
import { apartText } from './comparison.ts';
import { didNotHold } from './drill.ts';
import { seconds } from './figures.ts';
import { type Times, timesOf } from './times.ts';

/** The figures of the drills of one scenario that held. */
export interface Shared {
  readonly name: string;
  /** Drills that had their own stack. */
  readonly alone: Times[];
  /** Drills on a stack on which other drills had run before. */
  readonly later: Times[];
}

/**
 * Drills each scenario on its own stack, then all of them on one stack, in this order and in the opposite one.
 *
 * @param repeat how often all of this is done.
 * @param say prints a line of progress.
 */
export async function measureShared(
  session: Session,
  scenarios: readonly Scenario[],
  placement: Placement,
  { repeat, say }: { readonly repeat: number; readonly say: (line: string) => void },
): Promise<Shared[]> {
  const all = scenarios.map((scenario) => ({ scenario, name: scenario.name, alone: [], later: [] }));
  const drill = async ({ scenario, alone, later }: Shared & { scenario: Scenario }, handover?: Handover) => {
    const options = session(scenario, placement, () => {});
    const record = await runDrill(handover ? { ...options, handover } : options);
    options.signal.throwIfAborted();
    // A failed drill does not invalidate the figures of the others.
    if (record.outcome !== 'pass') return say(`left out: ${didNotHold(record)}`);
    (isLater(record) ? later : alone).push(timesOf(record));
  };
  for (let nth = 1; nth <= repeat; nth++) {
    say(`turn ${nth} of ${repeat}: each alone`);
    for (const one of all) await drill(one);
    // A drill that expects an alert which has paged on a stack gets a new one, so each order has a stack of its own.
    for (const sequence of [all, all.toReversed()]) {
      say(`turn ${nth} of ${repeat}: ${sequence.map(({ name }) => name).join(', ')} on one stack`);
      let running = 0;
      const handover = new Handover(() => {
        const next = sequence[running + 1];
        return next && { scenario: next.scenario, placement };
      });
      try {
        for (const [i, one] of sequence.entries()) {
          running = i;
          await drill(one, handover);
        }
      } finally {
        await handover.close().catch((error: unknown) => say(messageOf(error)));
      }
    }
  }
  return all;
}

const isLater = ({ stack }: DrillRecord): boolean => (stack.drillsBefore ?? []).length > 0;

/** A table that compares the medians of MTTD on an own stack and on a shared stack. */
export function sharedText(all: readonly Shared[]): string {
  const median = (times: readonly Times[], figure: (one: Times) => number) =>
    spreadOf(times.map(figure)).median;
  const mttd = (times: readonly Times[]) => median(times, ({ mttdMs }) => mttdMs);
  const table = tableText([
    ['medians of MTTD', 'alone', 'drills', 'later on a shared stack', 'drills', 'mean floor'],
    ...all.map(({ name, alone, later }) => [
      name,
      seconds(mttd(alone)),
      String(alone.length),
      seconds(mttd(later)),
      String(later.length),
      seconds(median([...alone, ...later], ({ floorMeanMs }) => floorMeanMs)),
    ]),
  ]);
  const apart = all.map(({ name, alone, later }) => {
    const interval = median([...alone, ...later], ({ intervalMs }) => intervalMs);
    return `${name}: ${apartText(Math.abs(mttd(later) - mttd(alone)), interval)}`;
  });
  return `${table}${apart.join('')}`;
}
