import { orAbort } from '../../../core/on-abort.ts';

/** Whether a promise settles within a time, in milliseconds, whatever its outcome. */
export const settlesWithin = async (ms: number, work: Promise<unknown>): Promise<boolean> =>
  await orAbort(
    work.then(
      () => true,
      () => true,
    ),
    AbortSignal.timeout(ms),
  ).catch(() => false);
