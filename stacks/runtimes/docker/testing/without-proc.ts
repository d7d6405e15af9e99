/*
 * A harness on a machine without /proc, as on a Mac: it runs a stack, and tells what it can and cannot do. Its parent runs it
 * in a mount namespace in which /proc is empty.
 */
import { existsSync } from 'node:fs';
import { isDead, ownerOf } from '../../process/owner.ts';
import { reapOrphans } from '../../process/reap.ts';
import { component, DockerStack } from './docker-stack.ts';
import { leftInDaemon } from './docker-traces.ts';

const { signal } = new AbortController();
let isWatched = true;
const one = component('one');
const daemon = { url: process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock' };
const stack = await DockerStack.of([one], {
  onOutside: () => {},
  onUnwatched: () => {
    isWatched = false;
  },
});
await stack.start(one, signal);
const { host } = await stack.runtime.harnessEndpoint();
// Another harness on this machine, which has no /proc either, must not take it for dead.
const orphans = await reapOrphans(daemon);
const answer = await stack.evaluate(one, '1 + 1');
const memory = (await stack.runtime.memory()).get('one') ?? 0;
const failures = await stack.scope.close();
console.log(
  JSON.stringify({
    hasProc: existsSync('/proc/self'),
    ...{ host, orphans, answer, failures, isWatched, lost: stack.lost.length },
    hasMemory: memory > 0,
    isSelfDead: isDead(ownerOf('run', process.pid)),
    isOtherDead: isDead(ownerOf('run', 2 ** 22 - 1)),
    left: await leftInDaemon(stack.run),
  }),
);
process.exit(0);
