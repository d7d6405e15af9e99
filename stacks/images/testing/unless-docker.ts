import type { Context } from 'mocha';
import { dockerAvailable } from '../daemon.ts';

/** For tests that need a Docker daemon: says why they are skipped where none answers. */
export async function unlessDocker(this: Context): Promise<void> {
  const answer = await dockerAvailable(new AbortController().signal);
  if (answer.ok) return;
  console.warn(`    skipped: ${answer.reason}`);
  this.skip();
}
