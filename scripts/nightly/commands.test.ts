import { expect } from 'chai';
import { scenarios } from '../../scenarios/index.ts';
import { readArguments } from './arguments.ts';
import { phasesOf } from './commands.ts';

const phases = (...args: string[]) => phasesOf(readArguments(args));

describe('the commands of a night', () => {
  it('drill every scenario in both ways and run every test', () => {
    const [fast, real, tests] = phases();
    const full = scenarios.filter(({ stacks }) => stacks.includes('full'));
    const metrics = scenarios.filter(({ stacks }) => stacks.includes('metrics'));
    expect(fast?.commands).to.have.length(full.length + metrics.length);
    expect(real?.commands).to.have.length(scenarios.length);
    expect([fast, real, tests].map((phase) => phase?.atOnce)).to.deep.equal([1, 2, 1]);
    const all = [fast, real, tests].flatMap((phase) => phase?.commands ?? []);
    expect(new Set(all.map(({ slug }) => slug)).size, 'a folder for each').to.equal(all.length);
    expect(all.flatMap(({ args }) => args)).to.not.include('--runtime');
  });

  it('hand runtime and images to each drill, and to nothing else', () => {
    const asked = ['--runtime', 'docker', '--images', 'local'];
    const [fast, tests] = phases(
      '--part',
      'fast',
      '--part',
      'tests',
      '--scenario',
      'checkout-errors',
      ...asked,
    );
    expect(fast?.commands.map(({ args }) => args.join(' '))).to.deep.equal([
      'harness/cli.ts checkout-errors --stack metrics --repeat 10 --stays group_interval --runtime docker --images local',
      'harness/cli.ts checkout-errors --stack full --compare --repeat 3 --stays group_interval --runtime docker --images local',
    ]);
    expect(tests?.commands.map(({ args }) => args)).to.deep.equal([['scripts/test.ts']]);
  });

  it('are only those of the parts and scenarios asked for', () => {
    const [real, ...more] = phases('--part', 'real', '--scenario', 'transient-blip');
    expect(more).to.deep.equal([]);
    expect(real?.commands.map(({ args }) => args.join(' '))).to.deep.equal([
      'harness/cli.ts transient-blip --pace real --stays group_interval',
    ]);
  });
});
