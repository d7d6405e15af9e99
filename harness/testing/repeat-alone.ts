import type { DrillRecord } from '../../core/record.ts';
import { busyTimeOf } from '../../reports/machine.ts';
import { span } from '../../reports/text.ts';

/** In a shorter time, no page becomes late and no latency alert fires. */
const mayMatterFromMs = 5_000;

/**
 * Whether a drill with an unexpected result is repeated when no other drill runs. The tests of drills overlap on a small
 * machine. If all its processors were busy during a drill, the result may be the machine's doing: requests were slow,
 * or a page was late. A second unexpected result counts.
 *
 * @param title names the drill where each repetition is told.
 */
export function isWorthRepeating(
  title: string,
  record: DrillRecord | undefined,
  tell = (text: string) => void process.stderr.write(text),
): boolean {
  const busy = record && busyTimeOf(record);
  if (!busy || busy.forMs < mayMatterFromMs) return false;
  const failed = record.verdicts.filter(({ outcome }) => outcome !== 'pass').map(({ id }) => id);
  tell(
    `\n${title}: ended as ${record.outcome} (${failed.join(', ')}) while all processors were busy for ` +
      `${span(busy.forMs)}; it is repeated alone\n`,
  );
  return true;
}
