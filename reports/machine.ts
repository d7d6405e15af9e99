import type { DrillRecord } from '../core/record.ts';
import { count, span, timeOfDay } from './text.ts';

/** Busy time below this is not mentioned, in milliseconds. */
const mentionedFromMs = 1_000;

/** The time in which all processors were busy from the warm-up to the end of a drill, in milliseconds. */
export interface BusyTime {
  readonly forMs: number;
  /** Epoch milliseconds. */
  readonly from: number;
  readonly to: number;
}

/** Returns `undefined` if the machine was never busy, or if the drill ended before its warm-up. */
export function busyTimeOf({
  machine,
  phases,
}: Pick<DrillRecord, 'machine' | 'phases'>): BusyTime | undefined {
  const since = phases.find(({ name }) => name === 'warm up')?.startedAt;
  const end = phases.find(({ name }) => name === 'tear down')?.startedAt ?? Number.POSITIVE_INFINITY;
  if (since === undefined) return undefined;
  const busy = (machine?.busy ?? [])
    .map(({ from, to }) => ({ from: Math.max(from, since), to: Math.min(to, end) }))
    .filter(({ from, to }) => to > from);
  const [first] = busy;
  const last = busy.at(-1);
  if (!first || !last) return undefined;
  return { forMs: busy.reduce((sum, { from, to }) => sum + to - from, 0), from: first.from, to: last.to };
}

/**
 * For a drill that did not hold: whether the machine was too busy after the warm-up began, since this may explain what
 * was slow or late. It does not change a verdict.
 */
export function machineText(record: DrillRecord): string | undefined {
  const { outcome, machine } = record;
  const busy = busyTimeOf(record);
  if ((outcome !== 'fail' && outcome !== 'broken') || !machine || !busy) return undefined;
  if (busy.forMs < mentionedFromMs) return undefined;
  const processors =
    machine.processors === 1 ? 'processor was' : `${count(machine.processors, 'processor')} were`;
  return (
    `This machine's ${processors} fully busy for ${span(busy.forMs)} between ${timeOfDay(busy.from)} and ` +
    `${timeOfDay(busy.to)}: what was slow or late then may be the machine's doing; drill again when it does less.`
  );
}
