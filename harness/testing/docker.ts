import type { Context } from 'mocha';
import { dockerAvailable } from '../../stacks/images/daemon.ts';

/** For a suite that needs a Docker daemon: says why it is skipped where none answers. */
export async function unlessDocker(this: Context): Promise<void> {
  const answer = await dockerAvailable(new AbortController().signal);
  if (answer.ok) return;
  console.warn(`    skipped: ${answer.reason}`);
  this.skip();
}
