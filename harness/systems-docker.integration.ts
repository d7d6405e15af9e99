import { expect } from 'chai';
import { unlessDocker } from '../stacks/images/testing/unless-docker.ts';
import { leftInDaemon } from '../stacks/runtimes/docker/testing/docker-traces.ts';
import type { CliCommand, CliResult } from './testing/cli.ts';
import { drillOf, expectHeld } from './testing/example-hello.ts';
import { expectUnjudged } from './testing/expect-outcome.ts';
import { overlappingCommands } from './testing/overlapping-commands.ts';
import { ensureStaticImage } from './testing/static-image/static-image.ts';

/*
 * Drills of a system whose services run from images that hold one program each: no shell, no C library. Skipped without
 * a Docker daemon.
 */
describe('a drill of a system of the user in containers', () => {
  before(unlessDocker);
  const drill = overlappingCommands();
  const command = (title: string, given: () => Promise<CliCommand>, check: (ended: CliResult) => void) =>
    drill(
      title,
      async () => {
        const { args, ...rest } = await given();
        return { ...rest, args: [...args, '--runtime', 'auto', '--images', 'local'] };
      },
      async (ended) => {
        check(ended);
        expect(await leftInDaemon(ended.kept?.record.id ?? 'no run')).to.deep.equal([]);
      },
    );

  /** The example, with `web` of a compose file and `stock` of an image. */
  async function inContainers(scenario: string, changes: Partial<Record<'stock' | 'image', string>> = {}) {
    const image = changes.image ?? (await ensureStaticImage());
    const { args, files = {} } = await drillOf(scenario);
    const services = {
      stock: {
        ...{ image, entrypoint: ['/service'], command: ['stock', changes.stock ?? '{host}:{port:9000}'] },
        ...{ ports: [9000], ready: { tcp: 9000 } },
      },
      web: { compose: 'Web', instances: 2, ready: { http: '/ready' }, after: ['stock'] },
    };
    const yaml = files['firedrill.yaml'] ?? '';
    return {
      args,
      files: {
        ...files,
        'firedrill.yaml': yaml.replace(
          /^services:[\s\S]*?(?=^links:)/m,
          `compose: compose.yaml\nservices: ${JSON.stringify(services)}\n`,
        ),
        'compose.yaml': `services:
  Web:
    image: ${await ensureStaticImage()}
    entrypoint: /service web
    command: ["0.0.0.0:8080"]
    environment: [STOCK_URL=http://stock:9000, GREETING_FILE=/etc/web/greeting.txt]
    ports: ["80:8080"]
    user: "1000"
    restart: always
    volumes: ["./web:/etc/web:ro"]
`,
        'web/greeting.txt': 'good morning',
      },
    };
  }

  command(
    'holds where a share of the requests on a link fails',
    () => inContainers('stock-fails'),
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
    'is broken where a port never opens, though Docker accepts connections to it',
    () => inContainers('web-down', { stock: '127.0.0.2:9000' }),
    (ended) => {
      expect(expectUnjudged(ended, 'broken', 'start stack')).to.match(
        /^stock\nwaited 60\.0 s for stock to be ready; last seen: 127\.0\.0\.1:\d+ accepts no connection: it was closed at once\n[\s\S]*stock listens on 127\.0\.0\.2:9000/,
      );
    },
  );

  command(
    'is broken where a program is not in the image',
    async () => {
      const { args, files } = await inContainers('web-down');
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
    () => inContainers('web-down', { image: 'localhost:9/no-such/image:1' }),
    (ended) => {
      expect(ended.exitCode).to.equal(3);
      expect(ended.stderr).to.match(
        /^stock: the image localhost:9\/no-such\/image:1 is not in the daemon, and cannot be pulled: its registry cannot be reached/m,
      );
    },
  );
});
