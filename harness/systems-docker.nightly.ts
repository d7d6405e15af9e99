import { expect } from 'chai';
import { drillsInContainers } from './testing/drills-in-containers.ts';
import { expectUnjudged } from './testing/expect-outcome.ts';
import { helloInContainers } from './testing/hello-in-containers.ts';

/* A minute of waiting. stacks/runtimes/docker has the same without a drill. */
describe('a further drill of a system of the user in containers', () => {
  const command = drillsInContainers('auto');

  command(
    'is broken where a port never opens, though Docker accepts connections to it',
    () => helloInContainers('web-down', { stock: '127.0.0.2:9000' }),
    (ended) => {
      expect(expectUnjudged(ended, 'broken', 'start stack')).to.match(
        /^stock\nwaited 60\.0 s for stock to be ready; last seen: 127\.0\.0\.1:\d+ accepts no connection: it was closed at once\n[\s\S]*stock listens on 127\.0\.0\.2:9000/,
      );
    },
  );
});
