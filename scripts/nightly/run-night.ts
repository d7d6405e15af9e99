import { humanDuration } from '../../core/duration.ts';
import { messageOf } from '../../core/errors.ts';
import type { Command, Phase } from './commands.ts';
import { keepNight } from './keep.ts';
import { type NightOptions, outcomeOf } from './outcome-of.ts';
import { type Outcome, wordOf } from './outcomes.ts';

/**
 * Runs the phases one after the other, and keeps what is known after each command; after an interruption no further one
 * begins.
 *
 * @returns the outcomes in the order of the commands.
 */
export async function runNight(phases: readonly Phase[], options: NightOptions): Promise<Outcome[]> {
  const { signal, place, tell } = options;
  const all = phases.flatMap(({ commands }) => commands);
  const ended = new Map<Command, Outcome>();
  const soFar = () => all.flatMap((command) => ended.get(command) ?? []);
  // One after the other, so that the last written is the latest known.
  let kept = Promise.resolve();
  const keep = () => {
    kept = kept
      .then(() => keepNight(place, soFar(), all.length))
      .catch((error: unknown) => tell(`the summary could not be written: ${messageOf(error)}`));
    return kept;
  };
  for (const { atOnce, commands } of phases) {
    const waiting = [...commands];
    const work = async () => {
      for (let next = waiting.shift(); next && !signal.aborted; next = waiting.shift()) {
        const outcome = await outcomeOf(next, options);
        ended.set(next, outcome);
        const { name, exitCode, held, tookMs } = outcome;
        tell(`${name}: ${wordOf(exitCode)}, ${held}, took ${humanDuration(tookMs)}`);
        await keep();
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  }
  return soFar();
}
