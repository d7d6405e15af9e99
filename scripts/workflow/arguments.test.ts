import { expect } from 'chai';
import { FiredrillError } from '../../core/errors.ts';
import { readArguments } from './arguments.ts';

const problemsOf = (...args: string[]) => {
  try {
    readArguments(args);
  } catch (error) {
    if (error instanceof FiredrillError && error.kind === 'bad-input') return error.problems;
    throw error;
  }
  throw new Error('was taken');
};

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
    const problems = problemsOf('nightly', 'other', '--input', 'x', '--dry', '--help=1');
    expect(problems.map(({ where }) => where)).to.have.members(['other', '--input', '--dry', '--help']);
    expect(problemsOf().map(({ message }) => message)).to.deep.equal(['name a workflow']);
  });
});
