import { join } from 'node:path';
import { type Lock, lockWhenFree } from '../../stacks/toolchain/locks.ts';
import { project } from './cli.ts';

/** Takes the lock that a drill holds while it starts. All test files share it. */
export const lockStarts = (signal: AbortSignal): Promise<Lock> =>
  lockWhenFree(join(project, '.firedrill', 'starting-drill'), { where: 'the start of a drill', signal });
