import { expect } from 'chai';
import { parseScenario } from '../../core/scenario.ts';
import { checkoutErrors } from '../../scenarios/checkout-errors.ts';
import { differenceOfHistory, isSameLoad } from './reuse.ts';

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

describe('the history of a stack', () => {
  const of = (history?: string) =>
    parseScenario(
      { ...checkoutErrors, load: { ...checkoutErrors.load, ...(history === undefined ? {} : { history }) } },
      'a',
    );

  it('suits a drill that asks for the same, however it is written', () => {
    expect(differenceOfHistory(of(), of())).to.equal(undefined);
    expect(differenceOfHistory(of('6h'), of('360m'))).to.equal(undefined);
    expect(differenceOfHistory(of(), of('0'))).to.equal(undefined);
  });

  it('suits no drill that asks for more, less or none', () => {
    expect(differenceOfHistory(of(), of('6h'))).to.equal('none, and this scenario asks for 6h');
    expect(differenceOfHistory(of('6h'), of('3d'))).to.equal('6h, and this scenario asks for 3d');
    expect(differenceOfHistory(of('6h'), of())).to.equal('6h, and this scenario asks for none');
  });
});
