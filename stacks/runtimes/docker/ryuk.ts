import { getReaper, ImageName, LABEL_TESTCONTAINERS_SESSION_ID } from 'testcontainers';
import { getReaperImage } from 'testcontainers/build/reaper/reaper.js';
import { orAbort } from '../../../core/on-abort.ts';
import type { Engine } from './engine.ts';
import type { Labels } from './labels.ts';

/** Longest time that its image may take to come, and it to start, milliseconds. */
const withinMs = 20_000;

/**
 * Has Testcontainers' own reaper watch over the run as well, where its image can be had: it sees the harness end from
 * inside the daemon, also when this machine is gone. Ours does without it.
 *
 * @param mayPull whether images come from a registry in this run.
 * @returns labels for what it is to remove; none where it cannot be had.
 */
export async function openRyuk({ client }: Engine, mayPull: boolean): Promise<Labels> {
  try {
    const image = ImageName.fromString(getReaperImage());
    if (!mayPull && !(await client.image.exists(image))) return {};
    const { sessionId } = await orAbort(getReaper(client), AbortSignal.timeout(withinMs));
    return { [LABEL_TESTCONTAINERS_SESSION_ID]: sessionId };
  } catch {
    return {};
  }
}
