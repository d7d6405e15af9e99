import { expect } from 'chai';
import { gatewayOf } from './harness-endpoint.ts';

describe('gateway of a bridge', () => {
  it('is what the daemon tells, or else the first address of its subnet', () => {
    expect(gatewayOf([{ Subnet: '172.17.0.0/16', Gateway: '172.17.0.9' }])).to.equal('172.17.0.9');
    expect(gatewayOf([{ Subnet: '10.200.3.64/26' }])).to.equal('10.200.3.65');
  });

  it('is none of a network without IPv4', () => {
    expect(gatewayOf([{ Subnet: 'fd00::/64', Gateway: 'fd00::1' }, {}])).to.equal(undefined);
  });
});
