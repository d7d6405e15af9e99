import { RefusedRequest } from './docker-api.ts';
import type { Ending } from './ending.ts';
import type { Engine } from './engine.ts';

/**
 * Waits until a container that was started does not run any more.
 *
 * @throws FiredrillError `broken` when the daemon is gone; Error when somebody has removed the container.
 */
export async function endOf(engine: Engine, id: string): Promise<Ending> {
  const container = engine.docker.getContainer(id);
  for (;;) {
    try {
      await engine.api.wait(id, engine.over.signal);
      const { State } = await container.inspect();
      if (!State.Running) return { code: State.ExitCode, outOfMemory: State.OOMKilled };
    } catch (error) {
      // What is between us and the daemon may cut a connection on which nothing happens for long.
      if ((await engine.lossOfDaemon()) || isAnswer(error) || engine.over.signal.aborted)
        throw engine.gone ?? error;
    }
  }
}

/** Whether the daemon itself said so; if not, it may be gone. */
export const isAnswer = (error: unknown): error is Error =>
  error instanceof RefusedRequest || (error instanceof Error && 'statusCode' in error);
