import { expect } from 'chai';
import { Place } from './place.ts';
import { sourceLine } from './source-lines.ts';

const written = `# Ours
route:
  receiver: a

receivers:
  - { name: a }

  - name: b
    text: |
      one
      two
`;
const used = `global:
  url: http://127.0.0.1:1
route:
  receiver: a
  group_wait: 2s
receivers:
  - { name: a }
  - name: b
    text: |
      one
      two
`;

describe('sourceLine', () => {
  const lineOf = (line: number) => sourceLine(used, written, line, new Place('a.yml', written));
  const lines: [string, number, string][] = [
    ['a key', 4, '3'],
    ['an entry of a list', 7, '6'],
    ['a key below a list', 9, '9'],
    ['a line within a text', 11, '11'],
  ];
  for (const [what, line, expected] of lines) {
    it(`finds ${what}`, () => expect(lineOf(line)).to.equal(expected));
  }
  it('finds nothing for what a run has added', () => {
    expect(lineOf(2)).to.equal(undefined);
    expect(lineOf(5)).to.equal(undefined);
  });
  it('takes a file that is no YAML', () => {
    expect(sourceLine('a: [', 'a: [', 1, new Place('a.yml', 'a: ['))).to.equal('1');
    expect(sourceLine('', '', 3, new Place('a.yml', ''))).to.equal(undefined);
  });
  it('finds what was made of another file there', () => {
    const text = 'spec:\n\n  receiver: a\n';
    const parts = [{ at: ['route'], file: 'b.yml', text, path: ['spec'] }];
    const place = new Place('a.yml', written, [], parts);
    expect(sourceLine(used, written, 4, place)).to.equal('3 of b.yml');
  });
});
