/*
 * A scenario in containers that needs every component of the full stack. All scenarios run in the nightly, and drills on
 * the small stack in broken-copies-docker and systems-docker.
 */
import { describeScenariosOnDocker } from './testing/scenarios-on-docker.ts';

describe('scenarios on docker', function () {
  describeScenariosOnDocker(this, ['monthly-rent']);
});
