import { expect } from 'chai';
import { table, wrapped } from './table.ts';

describe('table on the console', () => {
  it('gives way in the first column when the terminal is narrow', () => {
    const rows = [[{ text: 'a check with quite a long title' }, { text: 'pass' }]];
    expect(table(['Check', 'Verdict'], rows, 40)).to.deep.equal([
      'Check                           Verdict',
      '─'.repeat(39),
      'a check with quite a long       pass',
      '  title',
    ]);
  });

  it('paints a cell without its padding', () => {
    const cell = { text: 'x', paint: (text: string) => `<${text}>` };
    expect(table(['A', 'B', 'C'], [[{ text: 'a' }, cell, { text: 'c' }]], 80).at(-1)).to.equal('a  <x>  c');
  });

  it('breaks a word that is longer than a line', () => {
    expect(wrapped('ab abcdefgh c', 4)).to.deep.equal(['ab', 'abcd', 'efgh', 'c']);
  });
});
