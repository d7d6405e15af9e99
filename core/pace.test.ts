import { expect } from 'chai';
import { FiredrillError } from './errors.ts';
import { paced, paces, parsePace } from './pace.ts';

describe('pace', () => {
  it('is read by its name', () => {
    expect(parsePace('real')).to.equal(paces.real);
    expect(parsePace('fast')).to.equal(paces.fast);
  });

  for (const text of ['', 'Fast', 'factor', '15', 'constructor']) {
    it(`is not ${JSON.stringify(text)}`, () => {
      expect(() => parsePace(text))
        .to.throw(FiredrillError, /use fast or real/)
        .with.property('kind', 'bad-input');
    });
  }

  it('divides durations', () => {
    expect(paced('2m', paces.real)).to.equal(120_000);
    expect(paced('2m', paces.fast)).to.equal(8_000);
  });
});
