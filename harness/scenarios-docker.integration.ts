/*
 * Scenarios in containers, with what their records and reports must hold, as on processes; all of them are the night's.
 * Skipped where no Docker daemon answers.
 */
import { expect } from 'chai';
import { scenarioNamed } from '../scenarios/index.ts';
import { unlessDocker } from '../stacks/images/testing/unless-docker.ts';
import { ownerLabel } from '../stacks/runtimes/docker/labels.ts';
import { leftInDaemon } from '../stacks/runtimes/docker/testing/docker-traces.ts';
import { ownPlacement } from './command/placed.ts';
import { describeDrills } from './testing/scenario-suite.ts';

describe('scenarios on docker', function () {
  before(unlessDocker);
  describeDrills(this, {
    runtime: 'docker',
    drills: ['checkout-errors', 'monthly-rent', 'service-down'].map((name) => {
      const scenario = scenarioNamed(name);
      return { name: `${name} on docker`, scenario, placement: ownPlacement(scenario) };
    }),
    // Two processors start no second stack without the first being slow enough to page somebody.
    atOnce: 1,
  });
  describe('in the daemon', () => {
    it('leaves nothing', async () => {
      expect(await leftInDaemon(`${ownerLabel}=${process.pid}.`)).to.deep.equal([]);
    });
  });
});
