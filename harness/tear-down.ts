import { join } from 'node:path';
import { ownerText } from '../stacks/runtimes/process/owner.ts';
import { reap } from '../stacks/runtimes/process/reap.ts';
import type { Drill } from './running-drill.ts';

/** @throws Error when something had to be removed that no undo had removed, or a secret could not be. */
export async function tearDown({ options, scope, owner, directory, redaction }: Drill): Promise<void> {
  await scope.close();
  const left = await reap((other) => ownerText(other) === ownerText(owner), 0, {
    daemon: options.daemon,
  });
  // The components needed the secrets in their configuration until now.
  for (const kept of ['config', 'logs']) await redaction.hideInFiles(join(directory.path, kept));
  if (left.length > 0) throw new Error(`left behind, and now removed: ${left.join(', ')}`);
}
