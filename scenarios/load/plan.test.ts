import { expect } from 'chai';
import { loopbackUrl, timedRate } from './plan.ts';

describe('load plan', () => {
  it('takes an address of this machine only', () => {
    expect(loopbackUrl('http://127.0.0.1:8001')).to.equal('http://127.0.0.1:8001');
    expect(loopbackUrl('http://localhost:8001/')).to.equal('http://localhost:8001');
    for (const other of [
      undefined,
      '',
      'http://shop.example',
      'http://127.0.0.1.shop.example',
      'http://127.0.0.1:80@shop.example',
      'http://shop.example/?http://127.0.0.1',
      'http://127.0.0.1:80\nhttp://shop.example',
      'ftp://127.0.0.1',
    ]) {
      expect(() => loopbackUrl(other), String(other)).to.throw('load goes nowhere else');
    }
  });

  it('turns requests per second into one request per unit of time', () => {
    expect(timedRate('RATE_X', '0.5')).to.deep.equal({ rate: 1, timeUnit: '2000.000000ms' });
    expect(timedRate('RATE_X', '3')).to.deep.equal({ rate: 1, timeUnit: '333.333333ms' });
  });

  it('leaves a journey out at no rate', () => {
    for (const none of [undefined, '', '0']) expect(timedRate('RATE_X', none)).to.equal(undefined);
  });

  it('refuses what is no rate', () => {
    for (const wrong of ['-1', 'many', '1001', 'NaN', 'Infinity']) {
      expect(() => timedRate('RATE_X', wrong), wrong).to.throw(
        `RATE_X=${wrong}: expected requests per second`,
      );
    }
  });
});
