import { expect } from 'chai';
import { paced, paces } from './pace.ts';

describe('pace', () => {
  it('divides durations', () => {
    expect(paced('2m', paces.real)).to.equal(120_000);
    expect(paced('2m', paces.fast)).to.equal(8_000);
  });
});
