import Mocha from 'mocha';

/** Time for a process to end after its last test, in milliseconds. */
const graceMs = 10_000;

/**
 * Mocha's readable output and, in the file of the reporter option `output`, its JSON results. A process that does not end
 * after its last test would run for ever, so it prints what keeps it running and is killed. The kill counts as a failure.
 */
export default class SpecAndResults extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    // Tests that did not run because a hook failed are missing in the results. Only the total includes them.
    Object.assign(runner.stats ?? {}, { total: runner.total });
    new Mocha.reporters.JSON(runner, options);
    runner.once('end', () => {
      setTimeout(() => {
        const open = process.getActiveResourcesInfo().join(', ');
        process.stderr.write(`still running ${graceMs / 1000} s after the last test; open: ${open}\n`);
        // A signal, because mocha replaces an exit code.
        process.kill(process.pid, 'SIGKILL');
      }, graceMs).unref();
    });
  }
}
