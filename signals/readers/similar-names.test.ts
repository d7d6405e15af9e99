import { expect } from 'chai';
import { bySimilarity, nearestNames } from './similar-names.ts';

describe('nearest names', () => {
  it('lists similar names, most similar first', () => {
    const existing = ['up', 'app_checkout_errors_total', 'app_checkout_attempts_total', 'go_goroutines'];
    expect(nearestNames('app_checkout_error_total', existing)).to.deep.equal([
      'app_checkout_errors_total',
      'app_checkout_attempts_total',
    ]);
    expect(nearestNames('zzz', existing)).to.deep.equal([]);
    expect(nearestNames('ab', ['aa', 'ac', 'ad'], 2)).to.deep.equal(['aa', 'ac']);
  });

  it('orders all candidates by likeness, each once', () => {
    expect(bySimilarity('Checkout', ['Search', 'CheckoutSlow', 'Checkout2', 'Search'])).to.deep.equal([
      'Checkout2',
      'CheckoutSlow',
      'Search',
    ]);
  });
});
