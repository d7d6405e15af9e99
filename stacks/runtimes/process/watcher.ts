/*
 * Outlives the harness by a few seconds: when the harness ends, however it ends, its end of the pipe on our
 * standard input closes, and whatever the run still has is ended and removed. Run by Node with the owner and, as
 * JSON, the daemon that may have containers of it.
 */
import type { Daemon } from '../docker/docker-api.ts';
import { ownerText, parseOwner } from './owner.ts';
import { reap } from './reap.ts';

const owner = parseOwner(process.argv[2] ?? '');
if (!owner) throw new Error('usage: watcher.ts OWNER [DAEMON]');
const ours = ownerText(owner);
const daemon = process.argv[3] === undefined ? undefined : (JSON.parse(process.argv[3]) as Daemon);

// A Ctrl-C or hang-up meant for the harness must not end its watcher first.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

process.stdin.resume();
// A reset of the pipe is an end too.
process.stdin.on('error', () => {});
process.stdin.once('close', () => {
  // The daemon may still be making a container that the harness had asked for: an empty look is not enough.
  const contained = { daemon, emptyLooks: 2 };
  void reap((other) => ownerText(other) === ours, 3_000, contained).then(() => process.exit(0));
});
