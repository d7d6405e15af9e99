import { expect } from 'chai';
import { problemsOf } from '../../core/testing/problems-of.ts';
import { readArguments } from './arguments.ts';

const refused = (...args: string[]) => problemsOf(() => readArguments(args));

describe('arguments of a workflow', () => {
  it('are its name and its inputs', () => {
    const args = ['nightly', '--input', 'scenarios=a b', '--input', 'where=x=y', '--input=none='];
    expect(readArguments(args)).to.deep.equal({
      name: 'nightly',
      inputs: { scenarios: 'a b', where: 'x=y', none: '' },
      help: false,
    });
    expect(readArguments(['--help'])).to.include({ help: true });
  });

  it('name every fault at once', () => {
    const problems = refused('nightly', 'other', '--input', 'x', '--dry', '--help=1');
    expect(problems.map(({ where }) => where)).to.have.members(['other', '--input', '--dry', '--help']);
    expect(refused().map(({ message }) => message)).to.deep.equal(['name a workflow']);
  });
});
