import { expect } from 'chai';
import { problemsOf } from '../../core/testing/problems-of.ts';
import { readYaml } from './read-yaml.ts';

const wheres = (text: string) => problemsOf(() => readYaml('a.yml', text)).map(({ where }) => where);

describe('readYaml', () => {
  it('writes out what is merged in or stands for another part', () => {
    const text = 'x: &x { for: 5m, on: "yes" }\na: { <<: *x, for: 1m }\nb: *x\n';
    const document = readYaml('a.yml', text);
    expect(document.toJS()).to.deep.include({ a: { for: '1m', on: 'yes' }, b: { for: '5m', on: 'yes' } });
    expect(document.toString())
      .to.include('"yes"')
      .and.not.match(/[*&]|<</);
  });

  it('leaves a file without any as it is', () => {
    expect(String(readYaml('a.yml', 'a: 1 # why\n'))).to.equal('a: 1 # why\n');
  });

  it('takes an empty file', () => {
    for (const text of ['', '# nothing\n', 'null\n']) expect(wheres(text)).to.deep.equal([]);
  });

  it('refuses what is no map', () => {
    for (const text of ['[]', '- a', 'text', '42']) expect(wheres(text), text).to.deep.equal(['a.yml']);
  });

  it('refuses an alias of nothing, and more of them than anybody writes', () => {
    expect(wheres('a: *nothing')).to.deep.equal(['a.yml']);
    const row = (name: string, of: string) => `${name}: &${name} [${Array(9).fill(of).join(', ')}]\n`;
    expect(wheres(row('a', 'x') + row('b', '*a') + row('c', '*b') + row('d', '*c'))).to.deep.equal(['a.yml']);
  });

  it('refuses several documents, faulty syntax and tags, with their lines', () => {
    expect(wheres('a: 1\n---\nb: 1\n')).to.have.length(1);
    expect(wheres('a: 1\nb: [')).to.deep.equal(['a.yml:2']);
    expect(wheres('a: 1\nb: !env HOST')).to.deep.equal(['a.yml:2']);
    expect(wheres('a: 1\na: 2\nb: 1\nb: 2\n')).to.deep.equal(['a.yml:2', 'a.yml:4']);
  });

  it('tells of what does not parse the first, for the rest follows from it', () => {
    expect(wheres('a: [\n  b: 1\n  - c\nd: 1\ne: {\n')).to.have.length(1);
  });
});
