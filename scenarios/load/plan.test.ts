import { expect } from 'chai';
import { loadUrls, timedRate, turnOf } from './plan.ts';

describe('load plan', () => {
  it('accepts addresses of this machine only', () => {
    expect(loadUrls('http://127.0.0.1:8001', undefined)).to.deep.equal(['http://127.0.0.1:8001']);
    expect(loadUrls('http://localhost:8001/,http://127.0.0.1:8002', undefined)).to.deep.equal([
      'http://localhost:8001',
      'http://127.0.0.1:8002',
    ]);
    for (const other of [
      undefined,
      '',
      'http://shop.example',
      'http://127.0.0.1.shop.example',
      'http://127.0.0.1:80@shop.example',
      'http://shop.example/?http://127.0.0.1',
      'http://127.0.0.1:80\nhttp://shop.example',
      'http://127.0.0.1:80,http://shop.example',
      'http://127.0.0.1:80,',
      'ftp://127.0.0.1',
    ]) {
      expect(() => loadUrls(other, '172.18.0.5'), String(other)).to.throw('load goes nowhere else');
    }
  });

  it('accepts addresses of pods, where k6 runs beside them', () => {
    const pods = '172.18.0.5,172.18.0.6';
    const urls = ['http://172.18.0.6:8080', 'http://172.18.0.5:8080'];
    expect(loadUrls(urls.join(), pods)).to.deep.equal(urls);
    for (const other of ['http://172.18.0.50:8080', 'http://172.18.0.5:80@shop.example', 'http://:80'])
      expect(() => loadUrls(other, pods), other).to.throw('load goes nowhere else');
    expect(() => loadUrls(urls[0], undefined)).to.throw('load goes nowhere else');
  });

  it('reaches what is listed of a staging, and nothing beside it', () => {
    const listed = 'https://web.staging.example/shop,http://10.1.2.3:8080';
    expect(loadUrls('http://10.1.2.3:8080', undefined, listed)).to.deep.equal(['http://10.1.2.3:8080']);
    for (const other of ['https://web.staging.example', 'http://10.1.2.3:80801', 'http://10.1.2.3:8080,', ''])
      expect(() => loadUrls(other, undefined, listed), other).to.throw('load goes nowhere else');
  });

  it('alternates between the instances, and counts the requests of each', () => {
    const turns = (instances: number) => Array.from({ length: 4 }, (_, n) => turnOf(n, instances));
    expect(turns(2)).to.deep.equal([
      { instance: 0, nth: 0 },
      { instance: 1, nth: 0 },
      { instance: 0, nth: 1 },
      { instance: 1, nth: 1 },
    ]);
    expect(turns(1).map(({ nth }) => nth)).to.deep.equal([0, 1, 2, 3]);
  });

  it('converts requests per second into one request per unit of time', () => {
    expect(timedRate('RATE_X', '0.5')).to.deep.equal({ rate: 1, timeUnit: '2000.000000ms' });
    expect(timedRate('RATE_X', '3')).to.deep.equal({ rate: 1, timeUnit: '333.333333ms' });
  });

  it('leaves out a journey without a rate', () => {
    for (const none of [undefined, '', '0']) expect(timedRate('RATE_X', none)).to.equal(undefined);
  });

  it('refuses values that are not a rate', () => {
    for (const wrong of ['-1', 'many', '1001', 'NaN', 'Infinity']) {
      expect(() => timedRate('RATE_X', wrong), wrong).to.throw(
        `RATE_X=${wrong}: expected requests per second`,
      );
    }
  });
});
