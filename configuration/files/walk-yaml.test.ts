import { expect } from 'chai';
import { parseDocument } from 'yaml';
import { changeValues, eachValue, fits } from './walk-yaml.ts';

describe('settings of a configuration', () => {
  it('are told at any depth, the outer before the inner', () => {
    const told = eachValue({ a: { 'b.c': [1, { d: null }] } }).map(({ path, key }) => [path, key]);
    expect(told).to.deep.equal([
      ['a', 'a'],
      ['a.b.c', 'b.c'],
      ['a.b.c[0]', '0'],
      ['a.b.c[1]', '1'],
      ['a.b.c[1].d', 'd'],
    ]);
    expect(eachValue('text')).to.deep.equal([]);
  });
});

describe('values of a document', () => {
  it('are told with where they stand, and replaced; keys, comments and what stays are kept', () => {
    const document = parseDocument('a: 1 # one\nb.c: [x, { d: y }]\ne: true\n');
    const seen: string[] = [];
    changeValues(document, (value, at) => {
      seen.push(JSON.stringify(at));
      return value === 'y' ? 'z' : value;
    });
    expect(seen).to.deep.equal(['["a"]', '["b.c",0]', '["b.c",1,"d"]']);
    expect(String(document)).to.equal('a: 1 # one\nb.c: [ x, { d: z } ]\ne: true\n');
  });

  for (const [pattern, at, expected] of [
    ['a.*.c', ['a', 0, 'c'], true],
    ['a.*.c', ['a', 'c'], false],
    ['a.**.c', ['a', 'c'], true],
    ['a.**.c', ['a', 1, 'b', 'c'], true],
    ['a', ['a', 'b'], false],
  ] as const) {
    it(`${pattern} ${expected ? 'fits' : 'does not fit'} ${at.join('.')}`, () =>
      expect(fits(pattern, at)).to.equal(expected));
  }
});
