import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Engine } from './engine.ts';

/**
 * Writes into `to` what a container says, both streams, from its next start to its end; so it needs no log driver that can
 * be read back, and repeats nothing after a restart.
 *
 * @returns, once everything will be heard, what is done when all was.
 */
export async function hearOutput(
  engine: Engine,
  container: string,
  to: Writable,
): Promise<{ done: Promise<void> }> {
  const abortSignal = engine.over.signal;
  const output = await engine.docker
    .getContainer(container)
    .attach({ stream: true, stdout: true, stderr: true, abortSignal });
  engine.docker.modem.demuxStream(output, to, to);
  const heard = async () => {
    // A connection that is cut is an end too.
    await finished(output, { writable: false }).catch(() => {});
    to.end();
    await finished(to);
  };
  // A full disk costs the log, and not the drill.
  to.on('error', () => {});
  return { done: heard().catch(() => {}) };
}
