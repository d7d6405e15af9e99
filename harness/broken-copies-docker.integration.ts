import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { expect } from 'chai';
import { dockerClient } from '../stacks/images/daemon.ts';
import { unlessDocker } from '../stacks/images/testing/unless-docker.ts';
import { Engine } from '../stacks/runtimes/docker/engine.ts';
import { harnessEndpointFor } from '../stacks/runtimes/docker/harness-endpoint.ts';
import { leftInDaemon } from '../stacks/runtimes/docker/testing/docker-traces.ts';
import { checkIds, onBrokenCopy, rules } from './testing/broken-copy.ts';
import type { CliResult } from './testing/cli.ts';
import { expectCause, expectUnjudged } from './testing/expect-outcome.ts';
import { overlappingCommands } from './testing/overlapping-commands.ts';
import { type Patch, patched, sourcePatches } from './testing/patched.ts';

const { arrives, labels, says, runbook, stays, resolved } = checkIds;

/*
 * Defects that exist only in containers, one drill each, and a drill that fails there as on processes. All are drills of
 * checkout-errors on the small stack. Skipped without a Docker daemon.
 */
describe('a drill in containers on a broken copy', () => {
  before(unlessDocker);
  const drill = overlappingCommands('metrics');
  const inContainers = ['--runtime', 'docker', '--images', 'local'];
  const broken = (title: string, patches: readonly Patch[], check: (ended: CliResult) => void) =>
    drill(
      title,
      () => ({
        args: ['checkout-errors', '--stack', 'metrics', ...inContainers],
        imported: patched(...patches),
      }),
      async (ended) => {
        check(ended);
        await nothingIsLeft(ended);
      },
    );
  const nothingIsLeft = async ({ kept }: CliResult) =>
    expect(await leftInDaemon(kept?.record.id ?? 'no run')).to.deep.equal([]);

  drill(
    'whose rule reads a metric that does not exist fails as on processes',
    async () => {
      const command = await onBrokenCopy({
        changed: { [rules]: [['otel_app_checkout_errors_total[', 'otel_app_checkout_failures_total[']] },
      });
      return { ...command, args: [...command.args, ...inContainers] };
    },
    async (ended) => {
      const cause = 'a metric that the rule reads does not exist';
      expectCause(ended, [arrives, labels, says, runbook, stays, resolved], 'expression true', cause);
      await nothingIsLeft(ended);
    },
  );

  const others: Server[] = [];
  after(() => {
    for (const server of others) server.close();
  });
  drill(
    'whose Prometheus scrapes another program of this machine is broken, and names the address and the setting',
    async () => {
      const { bind: bridge } = await harnessEndpointFor(
        await Engine.of(await dockerClient(new AbortController().signal)),
      );
      const server = createServer((socket) => socket.on('error', () => {})).listen(0, bridge);
      others.push(server);
      await once(server, 'listening');
      const target = `${bridge}:${(server.address() as AddressInfo).port}`;
      const job = `  - job_name: other\n    static_configs:\n      - targets: ["${target}"]\n`;
      const command = await onBrokenCopy({
        changed: { 'prometheus/prometheus.yml': [['scrape_configs:\n', `scrape_configs:\n${job}`]] },
      });
      return {
        ...command,
        args: [...command.args, ...inContainers],
        imported: patched(sourcePatches.prometheusTargetsUnchecked),
      };
    },
    async (ended) => {
      const { problem, confinement } = ended.kept?.record ?? {};
      if (!problem?.phase) throw new Error('no problem was found in any phase');
      const said = expectUnjudged(ended, 'broken', problem.phase);
      const [found] = confinement?.outside ?? [];
      expect(found).to.include({ component: 'prometheus', protocol: 'tcp' });
      expect(said).to.include(`prometheus opened a connection to ${found?.address} (tcp)`);
      expect(said).to.match(/\nnamed by prometheus\.yml:\d+; /);
      await nothingIsLeft(ended);
    },
  );

  broken(
    'whose Collector has too little memory is broken, and names the container that was killed',
    [sourcePatches.tooLittleMemory],
    (ended) => {
      // The phase in which it is killed is not known.
      const phase = ended.kept?.record.problem?.phase;
      if (!phase) throw new Error('no problem was found in any phase');
      const said = expectUnjudged(ended, 'broken', phase);
      expect(said).to.match(
        /container firedrill-\S+-(orders|storefront)-sidecar, exit code 137, (killed, most likely )?OOM-killed \(limit 12 MiB\)/,
      );
    },
  );

  broken(
    'whose sidecar is not in the network namespace of its service is broken, and names it',
    [sourcePatches.sidecarInAnotherNamespace, sourcePatches.readyWithin20s],
    (ended) => {
      const said = expectUnjudged(ended, 'broken', 'start stack');
      expect(said).to.match(/^orders-sidecar\nwaited 20\.0 s for orders-sidecar to be ready; last seen: /);
    },
  );

  broken('whose image is missing is broken, and names it', [sourcePatches.imageMissing], (ended) => {
    const said = expectUnjudged(ended, 'broken', 'start stack');
    expect(said).to.match(/^alertmanager\n.*: the daemon has no image firedrill\/gone:1$/m);
  });

  broken(
    'whose containers cannot reach the receivers is broken, because no page could arrive',
    [sourcePatches.receiversElsewhere],
    (ended) => {
      const said = expectUnjudged(ended, 'broken', 'start stack');
      expect(said).to.match(/^receivers\nthe stack cannot reach them at host\.docker\.internal:\d+, /);
    },
  );
});
