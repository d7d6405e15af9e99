/*
 * Outlives the harness by a few seconds: when the harness ends, however it ends, its end of the pipe on our
 * standard input closes, and whatever the run still has is ended and removed. Run by Node with the owner as
 * its only argument.
 */
import { parseOwner, reap } from './owner.ts';

const owner = parseOwner(process.argv[2] ?? '');
if (!owner) throw new Error('usage: watcher.ts OWNER');

// A Ctrl-C or hang-up meant for the harness must not end its watcher first.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

process.stdin.resume();
process.stdin.once('close', () => {
  void reap((other) => other.run === owner.run && other.pid === owner.pid).then(() => process.exit(0));
});
