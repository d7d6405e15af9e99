import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { orAbort } from '../../../core/on-abort.ts';
import type { DockerContainer, Engine } from './engine.ts';

/**
 * Runs a program in a running container, with the environment of that. After an abort the program goes on, as long as
 * the container does.
 *
 * @returns its exit code, and what it printed.
 * @throws the signal's reason; Error if it cannot be run.
 */
export async function execIn(
  engine: Engine,
  container: DockerContainer,
  command: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly exitCode: number; readonly output: string; readonly errors: string }> {
  const either = AbortSignal.any([signal, engine.runEnd.signal]);
  const run = async () => {
    const exec = await container.exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true });
    const stream = await exec.start({ abortSignal: either });
    const [output, errors] = [new PassThrough(), new PassThrough()];
    engine.docker.modem.demuxStream(stream, output, errors);
    stream.on('end', () => {
      output.end();
      errors.end();
    });
    const [printed, failure] = await Promise.all([text(output), text(errors)]);
    const { ExitCode } = await exec.inspect();
    return { exitCode: ExitCode ?? -1, output: printed, errors: failure };
  };
  return await orAbort(run(), either);
}
