import { getReaper, ImageName, LABEL_TESTCONTAINERS_SESSION_ID } from 'testcontainers';
import { getReaperImage } from 'testcontainers/build/reaper/reaper.js';
import { orAbort } from '../../../core/on-abort.ts';
import type { Engine } from './engine.ts';
import type { DockerLabels } from './labels.ts';

/** Time limit for pulling its image and starting it, in milliseconds. */
const withinMs = 20_000;

/**
 * Starts Testcontainers' own reaper in addition, if its image is available. It runs inside the daemon and notices the
 * end of the harness even if this machine is down. The run does not depend on it.
 *
 * @param mayPull whether images may be pulled from a registry.
 * @returns labels for what it should remove; empty if it is not available.
 */
export async function openRyuk({ client }: Engine, mayPull: boolean): Promise<DockerLabels> {
  try {
    const image = ImageName.fromString(getReaperImage());
    if (!mayPull && !(await client.image.exists(image))) return {};
    const { sessionId } = await orAbort(getReaper(client), AbortSignal.timeout(withinMs));
    return { [LABEL_TESTCONTAINERS_SESSION_ID]: sessionId };
  } catch {
    return {};
  }
}
