import { expect } from 'chai';
import { unmetNeeds } from './needs.ts';

const offer = { pods: ['orders', 'postgres'], kills: false };

describe('what a fault needs of the stack', () => {
  it('is met', () => {
    expect(unmetNeeds('spike', { pods: ['postgres'], kills: false }, offer)).to.deep.equal([]);
    expect(unmetNeeds('loss', { pods: ['orders'], kills: true }, { ...offer, kills: true })).to.deep.equal(
      [],
    );
  });

  it('is told in full when it is not', () => {
    const problems = unmetNeeds('loss', { pods: ['toxiproxy', 'storefront-2'], kills: true }, offer);
    expect(problems.map(({ where }) => where)).to.deep.equal(Array(3).fill('loss: fault'));
    expect(problems.map(({ message }) => message)).to.deep.equal([
      'it needs toxiproxy, which is no part of the stack',
      'it needs storefront-2, which is no part of the stack',
      'it ends and restarts processes, which this runtime cannot do',
    ]);
    expect(problems[0]?.hint).to.equal('the stack has orders, postgres');
  });
});
