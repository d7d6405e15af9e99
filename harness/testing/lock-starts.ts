import { join } from 'node:path';
import { lockWhenFree, type ProcessLock } from '../../stacks/toolchain/locks.ts';
import { project } from './cli.ts';

/** Takes the lock that a drill holds while it starts. All test files share it. */
export const lockStarts = (signal: AbortSignal): Promise<ProcessLock> =>
  lockWhenFree(join(project, '.firedrill', 'starting-drill'), { where: 'the start of a drill', signal });
