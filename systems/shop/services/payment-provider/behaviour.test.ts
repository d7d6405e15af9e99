import { expect } from 'chai';
import { nextDelayMs, normalBehaviour, parseBehaviour } from './behaviour.ts';

describe('behaviour of the payment provider', () => {
  it('takes what is left out as normal', () => {
    expect(parseBehaviour({})).to.deep.equal(normalBehaviour);
    expect(parseBehaviour({ failShare: 0.2 })).to.deep.equal({ failShare: 0.2, slowShare: 1, delayMs: 0 });
    expect(parseBehaviour({ slowShare: 0.1, delayMs: [100, 200] })).to.deep.equal({
      failShare: 0,
      slowShare: 0.1,
      delayMs: [100, 200],
    });
  });

  it('reports every fault at once', () => {
    expect(parseBehaviour({ failShare: 1.1, slowShare: -1, delayMs: [5, 1], speed: 9 })).to.deep.equal({
      faults: [
        'speed: unknown; known are failShare, slowShare, delayMs, seed',
        'failShare: expected a number from 0 to 1',
        'slowShare: expected a number from 0 to 1',
        'delayMs: expected a number from 0 to 600000, or [min, max] of such numbers',
      ],
    });
  });

  it('takes a seed, and refuses what is none', () => {
    expect(parseBehaviour({ failShare: 0.2, seed: 7 })).to.include({ failShare: 0.2, seed: 7 });
    for (const seed of [-1, 1.5, '7', null]) {
      expect(parseBehaviour({ seed }), String(seed)).to.deep.equal({
        faults: ['seed: expected a whole number from 0 to 4294967295'],
      });
    }
  });

  it('refuses what is no object, and numbers that are none', () => {
    for (const body of [undefined, null, 'fail', [0.5], { failShare: '0.5' }, { failShare: Number.NaN }]) {
      expect(parseBehaviour(body), JSON.stringify(body)).to.have.property('faults');
    }
    for (const delayMs of [-1, [1], [1, 2, 3], [1, Number.POSITIVE_INFINITY], '1']) {
      expect(parseBehaviour({ delayMs }), JSON.stringify(delayMs)).to.have.property('faults');
    }
  });

  it('delays by the fixed time, or between the bounds', () => {
    expect(nextDelayMs({ delayMs: 250 }, () => 0.9)).to.equal(250);
    expect(nextDelayMs({ delayMs: [100, 300] }, () => 0)).to.equal(100);
    expect(nextDelayMs({ delayMs: [100, 300] }, () => 0.5)).to.equal(200);
  });
});
