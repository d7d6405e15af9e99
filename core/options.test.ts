import { expect } from 'chai';
import { type OptionMessages, readOptions } from './options.ts';
import { problemsOf } from './testing/problems-of.ts';

const options = {
  name: { type: 'string', multiple: true },
  out: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;
const help = 'npm run it -- --help';
const read = (line: string, rules: Partial<OptionMessages> = {}) =>
  readOptions(line.split(' '), options, { help, ...rules });

describe('readOptions', () => {
  it('gives the values of each option in their order, and the words between', () => {
    const line = read('one --name a --name=--b two -h --out=c -- --three');
    const { words, problems } = line;
    expect([line.all('name'), line.all('out'), line.has('help')]).to.deep.equal([['a', '--b'], ['c'], true]);
    expect(words).to.deep.equal(['one', 'two', '--three']);
    expect(problems).to.deep.equal([]);
  });

  it('tells every fault in the order of the line, and leaves its option out', () => {
    const line = read('one --nome a --help=1 --out --name x --name', {
      positionalError: 'is too much',
    });
    expect(line.problems).to.deep.equal([
      { where: 'one', message: 'is too much', hint: help },
      {
        where: '--nome',
        message: 'there is no such option',
        hint: `did you mean --name? ${help} lists all options`,
      },
      { where: '--help', message: 'takes no value' },
      // What follows is the next option, and no value.
      { where: '--out', message: 'needs a value' },
      { where: 'x', message: 'is too much', hint: help },
      { where: '--name', message: 'needs a value' },
    ]);
    expect((['name', 'out', 'help'] as const).filter((option) => line.has(option))).to.deep.equal([]);
    expect([...line.doubtful]).to.deep.equal(['name', 'help', 'out']);
  });

  it('takes the argument after a misspelt option for its value, if that option has one', () => {
    expect(read('--nome a b').words).to.deep.equal(['b']);
    expect(read('--nome=a b').words).to.deep.equal(['b']);
    expect(read('--hepl a').words).to.deep.equal(['a']);
    expect(read('--whatever a').words).to.deep.equal(['a']);
  });

  it('knows no option that only every object has', () => {
    expect(read('--toString').problems.map(({ where }) => where)).to.deep.equal(['--toString']);
  });

  it('takes an empty value, as of a shell variable that is not set, for none', () => {
    expect(read('--out= --name=a').problems).to.deep.equal([{ where: '--out', message: 'needs a value' }]);
    expect(readOptions(['--out', ''], options, { help }).problems).to.have.lengthOf(1);
  });
});

describe('CommandLine', () => {
  const words = ['full', 'metrics'] as const;

  it('gives the last of several values, one of some words, and those that are given in their order', () => {
    const line = read('--name metrics --name full --out 7');
    expect(line.text('name')).to.equal('full');
    expect(line.word('name', words)).to.equal('full');
    expect(line.wordsAmong('name', words)).to.deep.equal(['full', 'metrics']);
    expect(line.whole('out', 1, 7)).to.equal(7);
    expect(line.problems).to.deep.equal([]);
    line.check();
  });

  it('gives nothing of what was not given', () => {
    const line = read('one');
    expect([line.text('out'), line.word('out', words), line.whole('out', 0, 1)]).to.deep.equal([
      undefined,
      undefined,
      undefined,
    ]);
    expect(line.wordsAmong('name', words)).to.deep.equal([]);
    expect(line.problems).to.deep.equal([]);
  });

  it('tells every word that there is not, and throws all there is', () => {
    const line = read('--name logs --name full --name traces --out=x --all');
    expect(line.wordsAmong('name', words)).to.deep.equal(['full']);
    expect(line.word('out', words)).to.equal(undefined);
    const problems = [
      { where: '--all', message: 'there is no such option', hint: help },
      { where: '--name', message: 'there is no "logs"', hint: 'known: full, metrics' },
      { where: '--name', message: 'there is no "traces"', hint: 'known: metrics, full' },
      { where: '--out', message: 'there is no "x"', hint: 'known: full, metrics' },
    ];
    expect(problemsOf(() => line.check())).to.deep.equal(problems);
    expect([...line.doubtful]).to.deep.equal(['all', 'name', 'out']);
  });

  for (const text of ['0', '8', '1.5', '0x7', '1e0', '+1', ' 1', 'x']) {
    it(`takes ${JSON.stringify(text)} for no whole number from 1 to 7`, () => {
      const line = readOptions([`--out=${text}`], options, { help });
      expect(line.whole('out', 1, 7)).to.equal(undefined);
      expect(line.problems).to.deep.equal([
        { where: `--out ${text}`, message: 'expected a whole number from 1 to 7' },
      ]);
    });
  }
});
