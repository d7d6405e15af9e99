import { expect } from 'chai';
import { isSeq } from 'yaml';
import { Adopting } from './adopting.ts';

const text = `list:
  - name: a
  - name: b
    inner:
      - name: c
      - name: d
`;
const of = (written: string) => new Adopting(new Map([['x/a.yml', written]]), new Map(), ['x/a.yml']);
const without = (adopting: Adopting, ...at: (string | number)[]) =>
  adopting.change('x/a.yml', (document) => {
    document.deleteIn(at);
  });

describe('Adopting', () => {
  it('knows where an entry is written that has moved up', () => {
    const adopting = of(text);
    without(adopting, 'list', 0);
    expect(adopting.place('x/a.yml').to('list', 0).where).to.equal('x/a.yml:3: list[b]');
    expect(adopting.place('x/a.yml').to('list', 0, 'inner', 1, 'name').where).to.equal(
      'x/a.yml:6: list[b].inner[d].name',
    );
  });

  it('knows it after a second change too', () => {
    const adopting = of(text);
    without(adopting, 'list', 0);
    without(adopting, 'list', 0, 'inner', 0);
    expect(adopting.place('x/a.yml').to('list', 0, 'inner', 0).where).to.equal('x/a.yml:6: list[b].inner[d]');
    expect(adopting.place('x/a.yml').to('list', 0).where).to.equal('x/a.yml:3: list[b]');
  });

  it('places what is new at the part in which it is', () => {
    const adopting = of(text);
    adopting.change('x/a.yml', (document) => {
      const list = document.get('list');
      if (isSeq(list)) document.setIn(['list', 1, 'added'], 'x');
    });
    expect(adopting.place('x/a.yml').to('list', 1, 'added').where).to.equal('x/a.yml:3: list[b].added');
  });

  it('lists a replacement at the place as it is written', () => {
    const adopting = of(text);
    adopting.list(adopting.place('x/a.yml').to('list', 1), { what: 'left out', why: 'it is tested' });
    expect(adopting.adoption.replacements).to.deep.equal([
      { file: 'x/a.yml', path: 'list[b]', line: 3, what: 'left out', why: 'it is tested' },
    ]);
  });
});
