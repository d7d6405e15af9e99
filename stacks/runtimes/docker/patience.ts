import { orAbort } from '../../../core/on-abort.ts';

/** Whether the work was done within that time, whatever its outcome. */
export const isDoneWithin = async (ms: number, work: Promise<unknown>): Promise<boolean> =>
  await orAbort(
    work.then(
      () => true,
      () => true,
    ),
    AbortSignal.timeout(ms),
  ).catch(() => false);
