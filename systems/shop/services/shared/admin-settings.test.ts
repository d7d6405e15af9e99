import { expect } from 'chai';
import { parseSettings } from './admin-settings.ts';

const most = { cpuShare: 1, memoryMiB: 100 };

describe('admin settings', () => {
  it('takes what is left out as normal', () => {
    expect(parseSettings({}, most)).to.deep.equal({ cpuShare: 0, memoryMiB: 0 });
    expect(parseSettings({ memoryMiB: 100 }, most)).to.deep.equal({ cpuShare: 0, memoryMiB: 100 });
  });

  it('reports every fault at once', () => {
    expect(parseSettings({ cpuShare: 1.1, memoryMiB: '1', toString: 1 }, most)).to.deep.equal({
      faults: [
        'toString: unknown; known are cpuShare, memoryMiB',
        'cpuShare: expected a number from 0 to 1',
        'memoryMiB: expected a number from 0 to 100',
      ],
    });
  });

  it('refuses what is no object, and numbers that are none', () => {
    for (const body of [undefined, null, 'all', [1], { cpuShare: Number.NaN }, { cpuShare: -0.1 }]) {
      expect(parseSettings(body, most), JSON.stringify(body)).to.have.property('faults');
    }
  });
});
