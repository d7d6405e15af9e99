import { expect } from 'chai';
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
  const lines: [string, number, number | undefined][] = [
    ['a key', 4, 3],
    ['an entry of a list', 7, 6],
    ['a key below a list', 9, 9],
    ['a line within a text', 11, 11],
  ];
  for (const [what, line, expected] of lines) {
    it(`finds ${what}`, () => expect(sourceLine(used, written, line)).to.equal(expected));
  }
  it('finds nothing for what a run has added', () => {
    expect(sourceLine(used, written, 2)).to.equal(undefined);
    expect(sourceLine(used, written, 5)).to.equal(undefined);
  });
  it('takes a file that is no YAML', () => {
    expect(sourceLine('a: [', 'a: [', 1)).to.equal(1);
    expect(sourceLine('', '', 3)).to.equal(undefined);
  });
});
