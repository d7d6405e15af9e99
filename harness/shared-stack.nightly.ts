/* Further commands of several drills: stacks that are not shared, and a stack that is not clean. */
import { expect } from 'chai';
import { checkoutErrors } from '../scenarios/checkout-errors.ts';
import { overlappingCommands } from './testing/overlapping-commands.ts';
import { patched, sourcePatches } from './testing/patched.ts';
import { recordsOf, slow } from './testing/several-drills.ts';

const args = [slow.path, checkoutErrors.name, '--stack', 'metrics'];

describe('further drills of one command', () => {
  const command = overlappingCommands();

  command(
    'get a new stack each with --fresh-stack',
    () => ({ args: [...args, '--fresh-stack'], files: slow.files }),
    (ended) => {
      const [, second] = recordsOf(ended, 2);
      expect(second.outcome).to.equal('pass');
      expect(second.stack).not.to.have.any.keys('drillsBefore', 'newBecause');
    },
  );

  command(
    'are broken at the gate, and not failed, if the previous drill has left an alert',
    () => ({ args, files: slow.files, imported: patched(sourcePatches.drillLeavesAnAlert) }),
    (ended) => {
      const [first, second] = recordsOf(ended, 2);
      expect([first.outcome, second.outcome]).to.deep.equal(['pass', 'broken']);
      expect(second.problem).to.include({ kind: 'broken', phase: 'quiet gate' });
      expect(second.problem?.problems[0]?.message).to.include('Alertmanager holds alert Left');
      expect(second.problem?.problems[0]?.hint).to.include(`it may be left of ${first.id}`);
      expect(ended.exitCode).to.equal(3);
    },
  );
});
