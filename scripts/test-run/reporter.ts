import Mocha from 'mocha';

/** How long a process may go on after its last test, in milliseconds. */
const graceMs = 10_000;

/**
 * Mocha's readable output and, in the file of the reporter option `output`, its JSON results. A process that
 * goes on after its last test is told what keeps it and ended, which its results do not hide: whatever it had
 * left open would have kept a person waiting for ever.
 */
export default class SpecAndResults extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    // Tests that a failed hook kept from running are in no list of results: the total tells of them.
    Object.assign(runner.stats ?? {}, { total: runner.total });
    new Mocha.reporters.JSON(runner, options);
    runner.once('end', () => {
      setTimeout(() => {
        const open = process.getActiveResourcesInfo().join(', ');
        process.stderr.write(`still running ${graceMs / 1000} s after the last test; open: ${open}\n`);
        // Mocha replaces the code of an exit; a signal it cannot.
        process.kill(process.pid, 'SIGKILL');
      }, graceMs).unref();
    });
  }
}
