import { expect } from 'chai';
import { problemsOf } from '../../core/testing/problems-of.ts';
import { scenarios } from '../../scenarios/index.ts';
import { readArguments } from './arguments.ts';

const refused = (...args: string[]) => problemsOf(() => readArguments(args));

describe('arguments of npm run nightly', () => {
  it('default to all parts and scenarios, and leave the runtime to the drills', () => {
    expect(readArguments([])).to.deep.equal({
      parts: ['fast', 'orders', 'real', 'tests'],
      scenarios,
      help: false,
    });
  });

  it('accept every option, and sort lists into the order in which they run', () => {
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

  it('accept several scenarios in one value', () => {
    const chosen = readArguments(['--scenario', 'monthly-rent checkout-errors']).scenarios;
    expect(chosen.map(({ name }) => name)).to.deep.equal(['checkout-errors', 'monthly-rent']);
  });

  it('are refused with every error at once, and the known names', () => {
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
    expect(unknown?.hint).to.match(/^did you mean |checkout-errors/);
  });

  it('refuse options that have no effect on the tests', () => {
    const args = ['--part', 'tests', '--runtime', 'docker', '--scenario', 'checkout-errors'];
    expect(refused(...args).map(({ where }) => where)).to.deep.equal(['--scenario', '--runtime']);
  });
});
