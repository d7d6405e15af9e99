import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { broken } from '../../../core/errors.ts';
import { orAbort } from '../../../core/on-abort.ts';
import { type CheckResult, checkWithinMs } from '../runtime.ts';
import type { RunContainer } from './container.ts';
import { daemonMessage, type Engine } from './engine.ts';
import { captureOutput } from './output.ts';
import { waitForExit } from './wait-for-exit.ts';

/**
 * Runs a container until it exits, and removes it.
 *
 * @param component the component whose image is used, for error messages.
 * @param what the program in the container, for error messages.
 * @throws the signal's reason if it is aborted; FiredrillError `broken` if the container cannot be run.
 */
export async function checkInContainer(
  engine: Engine,
  container: RunContainer,
  { component, what }: { readonly component: string; readonly what: string },
  signal: AbortSignal,
): Promise<CheckResult> {
  let id: string | undefined;
  const output = new PassThrough();
  const collected = text(output);
  const run = async () => {
    await container
      .withBeforeStart(async (created) => {
        id = created;
        await captureOutput(engine, created, output);
      })
      .start();
    const { code } = await waitForExit(engine, id ?? '');
    return { failed: code !== 0, output: await collected };
  };
  const late = AbortSignal.timeout(checkWithinMs);
  try {
    return await orAbort(run(), AbortSignal.any([signal, late]));
  } catch (error) {
    signal.throwIfAborted();
    const failure = late.aborted
      ? broken(
          component,
          `${what} did not finish within ${checkWithinMs / 1000} s in its image: the machine is too busy, or the Docker daemon hangs`,
          'docker ps shows whether the daemon answers; a daemon that hangs has to be restarted',
        )
      : broken(component, `${what} cannot be run in its image: ${daemonMessage(error)}`);
    throw (await engine.checkDaemonLost()) ?? failure;
  } finally {
    // If this fails, the teardown of the run removes it.
    if (id !== undefined) await engine.api.remove(`/containers/${id}?force=1&v=1`).catch(() => {});
  }
}
