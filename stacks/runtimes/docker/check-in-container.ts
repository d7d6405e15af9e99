import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { broken } from '../../../core/errors.ts';
import { orAbort } from '../../../core/on-abort.ts';
import { type CheckResult, checkWithinMs } from '../runtime.ts';
import type { RunContainer } from './container.ts';
import { endOf } from './end-of.ts';
import { type Engine, saidBy } from './engine.ts';
import { hearOutput } from './output.ts';

/**
 * Runs a container that ends, and removes it.
 *
 * @param component whose image it is, for messages.
 * @param what runs in it, for messages.
 * @throws the signal's reason when it is aborted; FiredrillError `broken` when it cannot be run.
 */
export async function checkInContainer(
  engine: Engine,
  container: RunContainer,
  { component, what }: { readonly component: string; readonly what: string },
  signal: AbortSignal,
): Promise<CheckResult> {
  let id: string | undefined;
  const output = new PassThrough();
  const said = text(output);
  const run = async () => {
    await container
      .withBeforeStart(async (created) => {
        id = created;
        await hearOutput(engine, created, output);
      })
      .start();
    const { code } = await endOf(engine, id ?? '');
    return { failed: code !== 0, output: await said };
  };
  const late = AbortSignal.timeout(checkWithinMs);
  try {
    return await orAbort(run(), AbortSignal.any([signal, late]));
  } catch (error) {
    signal.throwIfAborted();
    const failure = late.aborted
      ? broken(
          component,
          `${what} was not done within ${checkWithinMs / 1000} s in its image: the machine is too busy, or the Docker daemon hangs`,
          'docker ps shows whether the daemon answers; one that has locked up has to be started anew',
        )
      : broken(component, `${what} cannot be run in its image: ${saidBy(error)}`);
    throw (await engine.lossOfDaemon()) ?? failure;
  } finally {
    // Where this fails, the end of the run removes it.
    if (id !== undefined) await engine.api.remove(`/containers/${id}?force=1&v=1`).catch(() => {});
  }
}
