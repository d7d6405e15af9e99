import { expect } from 'chai';
import { scenarioNamed } from '../../scenarios/index.ts';
import { unlessDocker } from '../../stacks/images/testing/unless-docker.ts';
import { ownerLabel } from '../../stacks/runtimes/docker/labels.ts';
import { leftInDaemon } from '../../stacks/runtimes/docker/testing/docker-traces.ts';
import { ownPlacement } from '../command/placed.ts';
import { describeDrills } from './scenario-suite.ts';

/**
 * Declares drills of scenarios in containers, with the same tests of records and reports as on processes. Skipped without
 * a Docker daemon.
 */
export function describeScenariosOnDocker(suite: Mocha.Suite, names: readonly string[]): void {
  before(unlessDocker);
  describeDrills(suite, {
    runtime: 'docker',
    drills: names.map((name) => {
      const scenario = scenarioNamed(name);
      return { name: `${name} on docker`, scenario, placement: ownPlacement(scenario) };
    }),
    // On two processors, starting a second stack would slow the first one down so far that it pages.
    atOnce: 1,
  });
  describe('in the daemon', () => {
    it('leaves nothing', async () => {
      expect(await leftInDaemon(`${ownerLabel}=${process.pid}.`)).to.deep.equal([]);
    });
  });
}
