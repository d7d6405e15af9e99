import { expect } from 'chai';
import { brokenPhaseOf, checkoutErrorsWith, drillsInContainers } from './testing/drills-in-containers.ts';
import { expectUnjudged } from './testing/expect-outcome.ts';
import { sourcePatches } from './testing/patched.ts';

/* Defects that exist only in containers, one drill of checkout-errors on the small stack each. */
describe('a drill in containers on a further broken copy', () => {
  const drill = drillsInContainers();

  drill(
    'whose Collector has too little memory is broken, and names the container that was killed',
    () => checkoutErrorsWith(sourcePatches.tooLittleMemory),
    (ended) => {
      const said = expectUnjudged(ended, 'broken', brokenPhaseOf(ended));
      expect(said).to.match(
        /container firedrill-\S+-(orders|storefront)-sidecar, exit code 137, (killed, most likely )?OOM-killed \(limit 12 MiB\)/,
      );
    },
  );

  drill(
    'whose sidecar is not in the network namespace of its service is broken, and names it',
    () => checkoutErrorsWith(sourcePatches.sidecarInAnotherNamespace, sourcePatches.readyWithin20s),
    (ended) => {
      const said = expectUnjudged(ended, 'broken', 'start stack');
      expect(said).to.match(/^orders-sidecar\nwaited 20\.0 s for orders-sidecar to be ready; last seen: /);
    },
  );

  drill(
    'whose image is missing is broken, and names it',
    () => checkoutErrorsWith(sourcePatches.imageMissing),
    (ended) => {
      const said = expectUnjudged(ended, 'broken', 'start stack');
      expect(said).to.match(/^alertmanager\n.*: the daemon has no image firedrill\/gone:1$/m);
    },
  );

  drill(
    'whose containers cannot reach the receivers is broken, because no page could arrive',
    () => checkoutErrorsWith(sourcePatches.receiversElsewhere),
    (ended) => {
      const said = expectUnjudged(ended, 'broken', 'start stack');
      expect(said).to.match(/^receivers\nthe stack cannot reach them at host\.docker\.internal:\d+, /);
    },
  );
});
