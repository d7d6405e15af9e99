import { expect } from 'chai';
import {
  bySimilarity,
  closestName,
  nameHint,
  namesNearby,
  nearestNames,
  settingHint,
} from './similar-names.ts';

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

describe('a name that does not exist', () => {
  const known = ['for', 'keep_firing_for', 'labels', 'annotations'];

  it('is recognised as a misspelling, whatever its case and its separators', () => {
    expect(closestName('lables', known)).to.equal('labels');
    expect(closestName('fro', known)).to.equal('for');
    expect(closestName('keepFiringFor', known)).to.equal('keep_firing_for');
    expect(closestName('checkout-erors', ['checkout-errors', 'failed-payment-logs'])).to.equal(
      'checkout-errors',
    );
  });

  it('has no suggestion where none is close', () => {
    expect(closestName('nope', ['monthly-rent', 'service-down'])).to.equal(undefined);
    expect(closestName('x', known)).to.equal(undefined);
    expect(closestName('', known)).to.equal(undefined);
    expect(closestName('labels', [])).to.equal(undefined);
  });

  it('has a hint with the existing names, most similar first, limited in number', () => {
    expect(nameHint('lables', known)).to.equal(
      'did you mean labels? known: labels, for, annotations, keep_firing_for',
    );
    expect(nameHint('nope', ['tempo', 'loki'])).to.equal('known: loki, tempo');
    expect(nameHint('nope', [])).to.equal('there are none');
    const many = Array.from({ length: 150 }, (_, i) => `name-${i}`);
    expect(nameHint('other', many)).to.match(/^known: (name-\d+, ){11}name-\d+ and 138 more$/);
  });

  it('of a setting may be one of another version', () => {
    expect(settingHint('lables', known)).to.match(/^did you mean labels\? known: /);
    expect(settingHint('notification_policy', known)).to.match(
      /^leave it out of the configuration for drills; known: /,
    );
  });

  it('are kept of many only as far as they are of use', () => {
    const many = Array.from({ length: 3_000 }, (_, i) => `Alert${i}`);
    const near = namesNearby('Alert123', many);
    expect(near).to.have.length(20);
    expect(near[0]).to.equal('Alert123');
    expect(namesNearby('b', ['c', 'a'])).to.deep.equal(['a', 'c']);
  });
});
