import type { ContainerExit } from './container-exit.ts';
import { DaemonError } from './docker-api.ts';
import type { Engine } from './engine.ts';

/**
 * Waits until a started container has exited.
 *
 * @throws FiredrillError `broken` if the daemon is lost; Error if the container was removed.
 */
export async function waitForExit(engine: Engine, id: string): Promise<ContainerExit> {
  const container = engine.docker.getContainer(id);
  for (;;) {
    try {
      await engine.api.wait(id, engine.runEnd.signal);
      const { State } = await container.inspect();
      if (!State.Running) return { code: State.ExitCode, outOfMemory: State.OOMKilled };
    } catch (error) {
      // A network component may close a connection that is idle for long.
      if ((await engine.checkDaemonLost()) || isDaemonResponse(error) || engine.runEnd.signal.aborted)
        throw engine.daemonLost ?? error;
    }
  }
}

/** Whether the error is a response of the daemon. If not, the daemon may be lost. */
export const isDaemonResponse = (error: unknown): error is Error =>
  error instanceof DaemonError || (error instanceof Error && 'statusCode' in error);
