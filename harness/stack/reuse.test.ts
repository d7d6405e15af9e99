import { expect } from 'chai';
import { parseScenario } from '../../core/scenario.ts';
import { checkoutErrors } from '../../scenarios/checkout-errors.ts';
import { isSameLoad } from './reuse.ts';

describe('the load of two drills', () => {
  const of = (load: Partial<typeof checkoutErrors.load>) =>
    parseScenario({ ...checkoutErrors, load: { ...checkoutErrors.load, ...load } }, 'a');

  it('is the same with another warm-up, or with its journeys in another order', () => {
    const { rates } = checkoutErrors.load;
    const turned = Object.fromEntries(Object.entries(rates).reverse());
    expect(isSameLoad(of({}), of({ warmUp: '9m', rates: turned }))).to.equal(true);
  });

  it('differs if a rate, a journey or the script differs', () => {
    const { rates } = checkoutErrors.load;
    for (const other of [
      of({ rates: { ...rates, checkout: 99 } }),
      of({ rates: { checkout: 1 } }),
      of({ script: 'mine' }),
    ])
      expect(isSameLoad(of({}), other)).to.equal(false);
  });
});
