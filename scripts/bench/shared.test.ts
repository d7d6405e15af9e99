import { expect } from 'chai';
import { sharedText } from './shared.ts';

const times = (...mttds: number[]) =>
  mttds.map((mttdMs) => ({ mttdMs, floorMeanMs: 10_000, resolveMs: NaN, intervalMs: 1_000 }));

describe('comparison of drills on their own stack and on a shared stack', () => {
  it('shows both medians, the numbers of drills and the difference', () => {
    const text = sharedText([
      { name: 'checkout-errors', alone: times(9_000, 10_000, 30_000), later: times(10_500) },
    ]);
    expect(text).to.match(/^checkout-errors +10\.00 s +3 +10\.50 s +1 +10\.00 s$/m);
    expect(text).to.include('checkout-errors: MTTD: 0.50 s apart').and.to.include('= 0.50: less than one');
  });

  it('shows a dash and no finding when no drill ran on a shared stack', () => {
    const text = sharedText([{ name: 'monthly-rent', alone: times(9_000), later: [] }]);
    expect(text).to.match(/^monthly-rent +9\.00 s +1 +– +0 +10\.00 s$/m);
    expect(text).to.include('= –: not known');
  });
});
