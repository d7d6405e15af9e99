import { once } from 'node:events';
import { startWatcher } from '../../process/start-watcher.ts';
import type { Daemon } from '../docker-api.ts';
import { component, DockerStack } from './docker-stack.ts';

/*
 * A harness with a small stack, for tests that end it, or its daemon. Says what has happened to it, a line of JSON each,
 * and closes its scope when it is told so. Run by Node with the daemon, as JSON, that its watcher is to look after.
 */

const say = (what: object) => process.stdout.write(`${JSON.stringify(what)}\n`);
const specs = [component('one'), component('beside', { pod: 'one', port: 8001 }), component('two')];
const { signal } = new AbortController();

const stack = await DockerStack.make(specs);
const [, , daemon] = process.argv;
if (daemon !== undefined) {
  const letGo = startWatcher(stack.owner, process.execPath, {}, { daemon: JSON.parse(daemon) as Daemon });
  stack.scope.defer('let the watcher go', letGo);
}
await stack.plan(specs);
say({ planned: stack.run });
await Promise.all(specs.map((spec) => stack.start(spec, signal)));
await stack.runtime.kill('two');
await stack.runtime.pause('one');
say({ up: stack.run });
setInterval(() => {
  for (const error of stack.lost.splice(0)) say({ lost: String(error) });
}, 20);
await once(process.stdin, 'data');
const startedAt = performance.now();
const failures = await stack.scope.close();
say({ failures, tookMs: performance.now() - startedAt });
process.exit();
