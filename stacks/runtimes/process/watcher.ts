/*
 * Outlives the harness by a few seconds. When the harness exits for any reason, the pipe to this process's standard
 * input closes, and the watcher removes all leftovers of the run. Node runs it with the owner and, as JSON, where it
 * may have left something.
 */
import { type Owner, ownerText, parseOwner } from './owner.ts';
import { reap } from './reap.ts';
import { restoreFiles } from './replaced-files.ts';
import type { WatchedPlaces } from './start-watcher.ts';

const owner = parseOwner(process.argv[2] ?? '');
if (!owner) throw new Error('usage: watcher.ts OWNER PLACES');
const ours = ownerText(owner);
const { folder, daemon } = JSON.parse(process.argv[3] ?? '{}') as WatchedPlaces;
const isOurs = (other: Owner) => ownerText(other) === ours;

// Ctrl-C or a hang-up for the harness must not end its watcher first.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

process.stdin.resume();
// A reset of the pipe is an end too.
process.stdin.on('error', () => {});
process.stdin.once('close', () => {
  // The daemon may still be creating a container for the harness, so one empty check is not enough.
  const contained = { daemon, emptyLooks: 2 };
  const restored = folder === undefined ? undefined : restoreFiles(folder, isOurs);
  void Promise.all([restored, reap(isOurs, 3_000, contained)]).then(() => process.exit(0));
});
