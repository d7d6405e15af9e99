import { expect } from 'chai';
import { checkoutErrors } from '../scenarios/checkout-errors.ts';
import { checkIds, drillOnBrokenCopy, likeCheckoutErrors, rules } from './testing/broken-copy.ts';
import { overlappingCommands } from './testing/overlapping-commands.ts';

describe('a drill on a further copy', () => {
  const drill = drillOnBrokenCopy(overlappingCommands(), 'metrics');

  drill(
    'whose burst of failures is over before its page came holds',
    {
      changed: { [rules]: [['for: 2m', 'for: 0s']] },
      scenario: {
        ...likeCheckoutErrors({ labels: { severity: 'critical' } }),
        fault: { ...checkoutErrors.fault, lasts: '30s', atLeast: 3 },
        proofs: [],
      },
    },
    (ended) => {
      const { record } = ended.kept ?? {};
      expect(record?.outcome).to.equal('pass');
      const { injectedAt = Number.NaN, heldUntil = Number.NaN } = record?.faultWindow ?? {};
      expect(heldUntil - injectedAt).to.be.at.least(2_000);
      const names = record?.phases.map(({ name }) => name) ?? [];
      expect(names.indexOf('revert')).to.be.lessThan(names.indexOf('await pages'));
      expect(record?.verdicts.map(({ id }) => id)).not.to.include(checkIds.stays);
    },
  );
});
