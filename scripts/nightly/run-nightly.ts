import { humanDuration } from '../../core/duration.ts';
import { messageOf } from '../../core/errors.ts';
import type { DrillRecord } from '../../core/record.ts';
import type { Command, Phase } from './commands.ts';
import { type NightlyOptions, outcomeOf } from './outcome-of.ts';
import { type Outcome, outcomeName } from './outcomes.ts';
import { writeSummary } from './write-summary.ts';

/**
 * Runs the phases one after the other and writes the summary after each command. After an interruption no further command
 * starts.
 *
 * @returns the outcomes in the order of the commands.
 */
export async function runNightly(
  phases: readonly Phase[],
  options: NightlyOptions & {
    /** Gets the records of each command. */
    readonly onRecords?: (records: readonly DrillRecord[]) => Promise<void>;
  },
): Promise<Outcome[]> {
  const { signal, folder, print, onRecords = async () => {} } = options;
  const all = phases.flatMap(({ commands }) => commands);
  const ended = new Map<Command, Outcome>();
  const soFar = () => all.flatMap((command) => ended.get(command) ?? []);
  // Writes are queued, so that the latest summary is written last.
  let written = Promise.resolve();
  const write = () => {
    written = written
      .then(() => writeSummary(folder, soFar(), all.length))
      .catch((error: unknown) => print(`the summary could not be written: ${messageOf(error)}`));
    return written;
  };
  for (const { atOnce, commands } of phases) {
    const waiting = [...commands];
    const work = async () => {
      for (let next = waiting.shift(); next && !signal.aborted; next = waiting.shift()) {
        const outcome = await outcomeOf(next, options);
        ended.set(next, outcome);
        await onRecords(outcome.records).catch((error: unknown) =>
          print(`the history could not be written: ${messageOf(error)}`),
        );
        const { name, exitCode, held, tookMs } = outcome;
        print(`${name}: ${outcomeName(exitCode)}, ${held}, took ${humanDuration(tookMs)}`);
        await write();
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  }
  return soFar();
}
