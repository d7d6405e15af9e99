import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { expect } from 'chai';
import { dockerClient } from '../stacks/images/daemon.ts';
import { Engine } from '../stacks/runtimes/docker/engine.ts';
import { harnessEndpointFor } from '../stacks/runtimes/docker/harness-endpoint.ts';
import { checkIds, onBrokenCopy, rules } from './testing/broken-copy.ts';
import { brokenPhaseOf, drillsInContainers } from './testing/drills-in-containers.ts';
import { expectCause, expectUnjudged } from './testing/expect-outcome.ts';
import { patched, sourcePatches } from './testing/patched.ts';

const { arrives, labels, says, runbook, stays, resolved } = checkIds;

/*
 * A drill that fails in containers as on processes, and one whose Prometheus leaves the run. Further defects that exist only
 * in containers: broken-copies-docker.nightly.ts, and without a drill in stacks/runtimes/docker.
 */
describe('a drill in containers on a broken copy', () => {
  const drill = drillsInContainers();

  drill(
    'whose rule reads a metric that does not exist fails as on processes',
    () =>
      onBrokenCopy({
        changed: { [rules]: [['otel_app_checkout_errors_total[', 'otel_app_checkout_failures_total[']] },
      }),
    (ended) => {
      const cause = 'a metric that the rule reads does not exist';
      expectCause(ended, [arrives, labels, says, runbook, stays, resolved], 'expression true', cause);
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
        imported: patched(sourcePatches.prometheusTargetsUnchecked, sourcePatches.prometheusTargetsKept),
      };
    },
    (ended) => {
      const said = expectUnjudged(ended, 'broken', brokenPhaseOf(ended));
      const [found] = ended.kept?.record.confinement?.outside ?? [];
      expect(found).to.include({ component: 'prometheus', protocol: 'tcp' });
      expect(said).to.include(`prometheus opened a connection to ${found?.address} (tcp)`);
      expect(said).to.match(/\nnamed by prometheus\.yml:\d+; /);
    },
  );
});
