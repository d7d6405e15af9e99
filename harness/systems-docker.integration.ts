import { expect } from 'chai';
import { drillsInContainers } from './testing/drills-in-containers.ts';
import { expectHeld } from './testing/example-hello.ts';
import { expectUnjudged } from './testing/expect-outcome.ts';
import { helloInContainers } from './testing/hello-in-containers.ts';

/*
 * Drills of a system whose services run from images that hold one program each: no shell, no C library. Skipped without
 * a Docker daemon.
 */
describe('a drill of a system of the user in containers', () => {
  const command = drillsInContainers('auto');

  command(
    'holds where a share of the requests on a link fails',
    () => helloInContainers('stock-fails'),
    (ended) => {
      expectHeld(ended);
      const { stack } = ended.kept?.record ?? expect.fail();
      expect(stack.runtime).to.equal('docker');
      const images = new Map(stack.components.map(({ name, image }) => [name, image?.source]));
      expect(Object.fromEntries(images)).to.include({
        web: 'user',
        'web-2': 'user',
        stock: 'user',
        prometheus: 'local',
      });
      expect(ended.stderr).to.match(/compose\.yaml:2: services\.Web: left out: restart/);
    },
  );

  command(
    'is broken where a program is not in the image',
    async () => {
      const { args, files } = await helloInContainers('web-down');
      const compose = files['compose.yaml'].replace('/service web', '/bin/sh -c web');
      return { args, files: { ...files, 'compose.yaml': compose } };
    },
    (ended) => {
      expect(expectUnjudged(ended, 'broken', 'start stack')).to.match(
        /^web(-2)?\ncontainer .* did not start: .*\/bin\/sh/,
      );
    },
  );

  command(
    'is broken where an image cannot be had, and names the service',
    () => helloInContainers('web-down', { image: 'localhost:9/no-such/image:1' }),
    (ended) => {
      expect(ended.exitCode).to.equal(3);
      expect(ended.stderr).to.match(
        /^stock: the image localhost:9\/no-such\/image:1 is not in the daemon, and cannot be pulled: its registry cannot be reached/m,
      );
    },
  );
});
