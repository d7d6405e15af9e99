import { BlockList } from 'node:net';
import { expect } from 'chai';
import { networksOutside } from './networks-outside.ts';

/** Whether an address is in one of the networks outside. */
function outside(subnets: readonly string[]) {
  const list = new BlockList();
  for (const network of networksOutside(subnets)) {
    const [address = '', bits] = network.split('/');
    list.addSubnet(address, Number(bits));
  }
  return (address: string) => list.check(address);
}

describe('the networks outside of a run', () => {
  it('hold every address but those of its networks', () => {
    const isOutside = outside(['172.18.0.0/16', '172.20.4.7/30']);
    for (const address of ['172.18.0.0', '172.18.255.255', '172.20.4.4', '172.20.4.7'])
      expect(isOutside(address), address).to.equal(false);
    for (const address of [
      '0.0.0.0',
      '127.0.0.1',
      '172.17.255.255',
      '172.19.0.0',
      '172.20.4.3',
      '172.20.4.8',
    ])
      expect(isOutside(address), address).to.equal(true);
    expect(isOutside('255.255.255.255')).to.equal(true);
  });

  it('are all, where the run has none', () => {
    expect(networksOutside(['fd00::/8'])).to.deep.equal(['0.0.0.0/0']);
    expect(networksOutside(['0.0.0.0/1'])).to.deep.equal(['128.0.0.0/1']);
  });
});
