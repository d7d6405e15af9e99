import { expect } from 'chai';
import type { Problem } from './errors.ts';
import { type OptionMessages, parseChoice, readOptions, unknownChoice } from './options.ts';

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
    const { values, words, problems } = read('one --name a --name=--b two -h --out=c -- --three');
    expect([...values]).to.deep.equal([
      ['name', ['a', '--b']],
      ['help', ['']],
      ['out', ['c']],
    ]);
    expect(words).to.deep.equal(['one', 'two', '--three']);
    expect(problems).to.deep.equal([]);
  });

  it('tells every fault in the order of the line, and leaves its option out', () => {
    const { values, problems } = read('one --nome a --help=1 --out --name x --name', {
      positionalError: 'is too much',
    });
    expect(problems).to.deep.equal([
      { where: 'one', message: 'is too much', hint: help },
      { where: '--nome', message: 'there is no such option', hint: help },
      { where: 'a', message: 'is too much', hint: help },
      { where: '--help', message: 'takes no value' },
      // What follows is the next option, and no value.
      { where: '--out', message: 'needs a value' },
      { where: 'x', message: 'is too much', hint: help },
      { where: '--name', message: 'needs a value' },
    ]);
    expect([...values]).to.deep.equal([]);
  });

  it('knows no option that only every object has', () => {
    expect(read('--toString').problems.map(({ where }) => where)).to.deep.equal(['--toString']);
  });

  it('takes an empty value, as of a shell variable that is not set, for none', () => {
    expect(read('--out= --name=a').problems).to.deep.equal([{ where: '--out', message: 'needs a value' }]);
    expect(readOptions(['--out', ''], options, { help }).problems).to.have.lengthOf(1);
  });
});

describe('noSuchWord', () => {
  it('names the words there are', () => {
    expect(unknownChoice('--stack', 'logs', ['full', 'metrics'])).to.deep.equal({
      where: '--stack',
      message: 'there is no "logs"',
      hint: 'use full or metrics',
    });
  });
});

describe('wordAmong', () => {
  it('gives the word, nothing of nothing, and tells what is none', () => {
    const problems: Problem[] = [];
    const stack = (given?: string) => parseChoice('--stack', given, ['full', 'metrics'], problems);
    expect([stack('metrics'), stack()]).to.deep.equal(['metrics', undefined]);
    expect(problems).to.deep.equal([]);
    expect(stack('logs')).to.equal(undefined);
    expect(problems).to.deep.equal([unknownChoice('--stack', 'logs', ['full', 'metrics'])]);
  });
});
