import { FiredrillError } from '../../core/errors.ts';
import { tellError } from './tell-error.ts';

/**
 * Runs a command that drills, with the arguments of the process, and ends the process with its exit code. Whoever reads its
 * output may leave first, as a pager or a closed terminal does; files are written all the same.
 */
export async function runToEnd(main: (args: readonly string[]) => Promise<number>): Promise<void> {
  const { stdout, stderr } = process;
  for (const stream of [stdout, stderr]) stream.on('error', () => {});
  try {
    exitAfterOutput(await main(process.argv.slice(2)));
  } catch (error) {
    const exitCode = tellError(error);
    if (!(error instanceof FiredrillError) && error instanceof Error) stderr.write(`${error.stack}\n`);
    exitAfterOutput(exitCode);
  }
}

/**
 * Ends the process once everything was written, also where a library waits on a connection that nobody answers: a daemon
 * that hangs would keep us for ever.
 */
export function exitAfterOutput(exitCode: number): void {
  process.exitCode = exitCode;
  // Whoever reads slowly reads all the same.
  process.stdout.write('', () =>
    process.stderr.write('', () => setTimeout(() => process.exit(), 1_000).unref()),
  );
}
