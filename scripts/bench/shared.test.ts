import { expect } from 'chai';
import { sharedText } from './shared.ts';

const times = (...mttds: number[]) =>
  mttds.map((mttdMs) => ({ mttdMs, floorMeanMs: 10_000, resolveMs: NaN, intervalMs: 1_000 }));

describe('comparison of drills alone and on a shared stack', () => {
  it('gives the medians of both, how many they are of, and how far they are apart', () => {
    const text = sharedText([
      { name: 'checkout-errors', alone: times(9_000, 10_000, 30_000), later: times(10_500) },
    ]);
    expect(text).to.match(/^checkout-errors +10\.00 s +3 +10\.50 s +1 +10\.00 s$/m);
    expect(text).to.include('checkout-errors: MTTD: 0.50 s apart').and.to.include('= 0.50: less than one');
  });

  it('has a dash and no finding where no drill had a stack of others', () => {
    const text = sharedText([{ name: 'monthly-rent', alone: times(9_000), later: [] }]);
    expect(text).to.match(/^monthly-rent +9\.00 s +1 +– +0 +10\.00 s$/m);
    expect(text).to.include('= –: not known');
  });
});
