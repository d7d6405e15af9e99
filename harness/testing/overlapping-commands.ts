import type { StackName } from '../../core/scenario.ts';
import { type CliCommand, type CliResult, runCli } from './cli.ts';
import { limitConcurrency } from './limit-concurrency.ts';
import { isWorthRepeating } from './repeat-alone.ts';
import { staggerDrills } from './stagger-drills.ts';

/** The number of concurrent drills of one test file. */
const concurrentDrills = 3;
/** The number of concurrent commands that are refused. Each uses one processor. */
const concurrentRefusals = 2;

/** Declares a test of one command. */
export type CommandTest = (
  title: string,
  command: () => Promise<CliCommand> | CliCommand,
  check: (ended: CliResult) => Promise<void> | void,
) => void;

/** Runs a command, now or later. */
type Run = (
  work: (onStarted: () => void) => Promise<CliResult>,
  how: { readonly alone: boolean },
) => Promise<CliResult>;

/**
 * For a suite of slow commands: the commands overlap, and each test waits for its own. They start with the suite's first
 * test. Commands that no test waited for are ended with the suite.
 *
 * @param stack the stack of their drills.
 */
export function overlappingCommands(stack: StackName = 'metrics'): CommandTest {
  const over = new AbortController();
  const runStaggered = staggerDrills(concurrentDrills, over.signal);
  return commandTests((work, how) => runStaggered(stack, work, how), over);
}

/** The same for commands that are refused before a drill starts: they wait for no drill of another test file. */
export function refusedCommands(): CommandTest {
  const runLimited = limitConcurrency(concurrentRefusals);
  return commandTests((work) => runLimited(() => work(() => {})), new AbortController());
}

/** @param over ends the commands. */
function commandTests(run: Run, over: AbortController): CommandTest {
  const commands: { start: () => Promise<CliResult>; started?: Promise<CliResult> }[] = [];

  after('end the commands', async function () {
    this.timeout(0);
    over.abort();
    await Promise.allSettled(commands.map(({ started }) => started));
  });

  return (title, command, check) => {
    const start = (alone = false) =>
      run(
        async (onStarted) => {
          over.signal.throwIfAborted();
          return await runCli({ ...(await command()), signal: over.signal, onStarted });
        },
        { alone },
      );
    const nth = commands.push({ start }) - 1;
    it(title, async function () {
      // The test may wait long for other drills. The command itself has a time limit.
      this.timeout(0);
      // Starts only this and later commands, so that a single test does not wait for earlier ones.
      for (const next of commands.slice(nth)) {
        next.started ??= next.start();
        // Its own test reports the error.
        next.started.catch(() => {});
      }
      const ended = await commands[nth]?.started;
      if (!ended) throw new Error('the command was not started');
      try {
        await check(ended);
      } catch (error) {
        process.stderr.write(`\n${title}: what the command told\n${ended.stderr}\n`);
        if (!isWorthRepeating(title, ended.kept?.record)) throw error;
        await check(await start(true));
      }
    });
  };
}
