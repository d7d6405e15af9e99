import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Engine } from './engine.ts';

/**
 * Writes the output streams of a container's next start, until it exits: both to `to`, or standard error to another one. Unlike `docker logs` this works with
 * any log driver, and does not repeat earlier output after a restart.
 *
 * @returns, once it is attached, a promise that resolves when all output is written.
 */
export async function captureOutput(
  engine: Engine,
  container: string,
  to: Writable,
  errors: Writable = to,
): Promise<{ done: Promise<void> }> {
  const abortSignal = engine.runEnd.signal;
  const output = await engine.docker
    .getContainer(container)
    .attach({ stream: true, stdout: true, stderr: true, abortSignal });
  engine.docker.modem.demuxStream(output, to, errors);
  const written = async () => {
    // A broken connection is an end too.
    await finished(output, { writable: false }).catch(() => {});
    to.end();
    await finished(to);
  };
  // A full disk must not break the drill.
  to.on('error', () => {});
  return { done: written().catch(() => {}) };
}
