import { expect } from 'chai';
import { heldComparison } from './rule-noise.ts';

describe('the comparison that explains a noisy alert', () => {
  const query = '(errors > 2 and attempts > 10) or (waits >= 0.5)';
  const found = (...held: string[]) =>
    heldComparison(async (expr) => (held.includes(expr) ? { observed: { min: 1, max: 1 } } : {}), query);

  it('is, of several, the first that holds', async () => {
    expect(await found('waits >= 0.5')).to.deep.equal({ left: 'waits', operator: '>=', threshold: 0.5 });
    expect(await found('attempts > 10', 'waits >= 0.5')).to.include({ left: 'attempts' });
  });

  it('is the first of all when none holds any more', async () => {
    expect(await found()).to.deep.equal({ left: 'errors', operator: '>', threshold: 2 });
  });

  it('is none where nothing is compared with a number, or only to give 0 or 1', async () => {
    const nothing = async () => ({});
    expect(await heldComparison(nothing, 'errors and attempts')).to.equal(undefined);
    expect(await heldComparison(nothing, 'errors > bool 2')).to.equal(undefined);
  });
});
