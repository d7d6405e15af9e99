import { expect } from 'chai';
import { problemsOf } from '../../core/testing/problems-of.ts';
import { scenarios } from '../../scenarios/index.ts';
import { readArguments } from './arguments.ts';

const refused = (...args: string[]) => problemsOf(() => readArguments(args));

describe('arguments of a night', () => {
  it('run everything when nothing is said, and leave the runtime to the drills', () => {
    expect(readArguments([])).to.deep.equal({
      parts: ['fast', 'orders', 'real', 'tests'],
      scenarios,
      help: false,
    });
  });

  it('take every option, and lists in the order of the night', () => {
    const args =
      '--part tests --part real --scenario transient-blip --runtime docker --images local --out o --help';
    const { scenarios: chosen, ...rest } = readArguments(
      args.split(' ').concat('--scenario=checkout-errors '),
    );
    expect(chosen.map(({ name }) => name)).to.deep.equal(['checkout-errors', 'transient-blip']);
    expect(rest).to.deep.equal({
      parts: ['real', 'tests'],
      runtime: 'docker',
      images: 'local',
      out: 'o',
      help: true,
    });
  });

  it('take several scenarios in one word', () => {
    const chosen = readArguments(['--scenario', 'monthly-rent checkout-errors']).scenarios;
    expect(chosen.map(({ name }) => name)).to.deep.equal(['checkout-errors', 'monthly-rent']);
  });

  it('name every fault at once, with what there is', () => {
    const args =
      '--part slow --scenario=chekout --scenario= --runtime podman --images mine --all --out --help=1 extra';
    const problems = refused(...args.split(' '));
    expect(problems.map(({ where }) => where)).to.have.members([
      '--part',
      '--scenario',
      '--scenario',
      '--runtime',
      '--images',
      '--all',
      '--out',
      'extra',
    ]);
    const unknown = problems.find(({ message }) => message === 'there is no "chekout"');
    for (const { name } of scenarios) expect(unknown?.hint).to.include(name);
  });

  it('refuse to say something to the tests, which would not hear it', () => {
    const args = ['--part', 'tests', '--runtime', 'docker', '--scenario', 'checkout-errors'];
    expect(refused(...args).map(({ where }) => where)).to.deep.equal(['--scenario', '--runtime']);
  });
});
