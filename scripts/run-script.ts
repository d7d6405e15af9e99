import { exitCodes } from '../core/errors.ts';
import { tellError } from '../harness/command/tell-error.ts';

interface Script<Arguments extends { readonly help: boolean }> {
  readonly usage: string;
  /** @throws FiredrillError `bad-input` with every fault of the command line. */
  readonly read: (args: readonly string[]) => Arguments;
  /** @returns the exit code. */
  readonly main: (given: Arguments) => Promise<number>;
}

/** Runs what an npm script calls: shows its usage when asked, tells what went wrong, and sets the exit code. */
export async function runScript<Arguments extends { readonly help: boolean }>({
  usage,
  read,
  main,
}: Script<Arguments>): Promise<void> {
  try {
    const given = read(process.argv.slice(2));
    if (given.help) process.stdout.write(usage);
    process.exitCode = given.help ? exitCodes.held : await main(given);
  } catch (error) {
    process.exitCode = tellError(error);
  }
}
