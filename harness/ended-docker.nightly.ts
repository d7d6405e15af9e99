/* Drills in containers that end early, in the phases in which ended-docker.integration.ts does not end them. */
import { phaseNames } from '../core/hops.ts';
import { unlessDocker } from '../stacks/images/testing/unless-docker.ts';
import { interruptedInContainers, killedInContainers } from './testing/ended-docker.ts';

describe('a drill in containers that is ended in another phase', function () {
  this.timeout(300_000);
  before(unlessDocker);

  const killedIn = phaseNames.slice(0, phaseNames.indexOf('judge')).filter((name) => name !== 'start stack');
  for (const phase of killedIn) killedInContainers(phase);
  interruptedInContainers('start stack');
});
