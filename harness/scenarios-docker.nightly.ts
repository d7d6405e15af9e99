/* Further scenarios in containers: two receivers at once, and an instance that is killed and started again. */
import { describeScenariosOnDocker } from './testing/scenarios-on-docker.ts';

describe('further scenarios on docker', function () {
  describeScenariosOnDocker(this, ['checkout-errors', 'service-down']);
});
