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
