import type { StackName } from '../../core/scenario.ts';
import { type Command, type Ended, runCli } from './cli.ts';
import { staggered } from './staggered.ts';

/** Of one test file. */
const drillsAtOnce = 3;

/** Declares a test of what one command did. */
export type CommandTest = (
  title: string,
  command: () => Promise<Command> | Command,
  check: (ended: Ended) => Promise<void> | void,
) => void;

/**
 * For a suite of commands that take long: they overlap, and each test waits for its own. None starts before
 * the suite's first test, and those that no test waited for are ended with the suite.
 *
 * @param stack on which they drill.
 */
export function overlapping(stack: StackName = 'metrics'): CommandTest {
  const commands: { start: () => Promise<Ended>; started?: Promise<Ended> }[] = [];
  const over = new AbortController();
  const turn = staggered(drillsAtOnce, over.signal);

  after('end the commands', async function () {
    this.timeout(0);
    over.abort();
    await Promise.allSettled(commands.map(({ started }) => started));
  });

  return (title, command, check) => {
    const start = () =>
      turn(stack, async (onWarm) => {
        over.signal.throwIfAborted();
        return await runCli({ ...(await command()), signal: over.signal, onWarm });
      });
    const nth = commands.push({ start }) - 1;
    it(title, async function () {
      // It waits for its turn; the command itself has a limit.
      this.timeout(0);
      // From here on, so that a test which is run alone need not wait for those before it.
      for (const next of commands.slice(nth)) {
        next.started ??= next.start();
        // Its own test will tell.
        next.started.catch(() => {});
      }
      const ended = await commands[nth]?.started;
      if (!ended) throw new Error('the command was not started');
      try {
        await check(ended);
      } catch (error) {
        process.stderr.write(`\n${title}: what the command told\n${ended.stderr}\n`);
        throw error;
      }
    });
  };
}
