/*
 * Outlives the harness by a few seconds: when the harness ends, however it ends, its end of the pipe on our
 * standard input closes, and whatever the run still has is ended and removed. Run by Node with the owner as
 * its only argument.
 */
import { ownerText, parseOwner } from './owner.ts';
import { reap } from './reap.ts';

const owner = parseOwner(process.argv[2] ?? '');
if (!owner) throw new Error('usage: watcher.ts OWNER');
const ours = ownerText(owner);

// A Ctrl-C or hang-up meant for the harness must not end its watcher first.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

process.stdin.resume();
// A reset of the pipe is an end too.
process.stdin.on('error', () => {});
process.stdin.once('close', () => {
  void reap((other) => ownerText(other) === ours).then(() => process.exit(0));
});
