import type { DrillRecord } from '../core/record.ts';
import { count, span, timeOfDay } from './text.ts';

/** Busy time below this is not mentioned, in milliseconds. */
const mentionedFromMs = 1_000;

/**
 * For a drill that did not hold: whether the machine was too busy after the warm-up began, since this may explain what
 * was slow or late. It does not change a verdict.
 */
export function machineText({ outcome, machine, phases }: DrillRecord): string | undefined {
  if ((outcome !== 'fail' && outcome !== 'broken') || !machine) return undefined;
  const since = phases.find(({ name }) => name === 'warm up')?.startedAt;
  const end = phases.find(({ name }) => name === 'tear down')?.startedAt ?? Number.POSITIVE_INFINITY;
  if (since === undefined) return undefined;
  const busy = machine.busy
    .map(({ from, to }) => ({ from: Math.max(from, since), to: Math.min(to, end) }))
    .filter(({ from, to }) => to > from);
  const forMs = busy.reduce((sum, { from, to }) => sum + to - from, 0);
  const [first] = busy;
  const last = busy.at(-1);
  if (!first || !last || forMs < mentionedFromMs) return undefined;
  const processors =
    machine.processors === 1 ? 'processor was' : `${count(machine.processors, 'processor')} were`;
  return (
    `This machine's ${processors} fully busy for ${span(forMs)} between ${timeOfDay(first.from)} and ` +
    `${timeOfDay(last.to)}: what was slow or late then may be the machine's doing; drill again when it does less.`
  );
}
