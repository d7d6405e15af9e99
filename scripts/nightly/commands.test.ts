import { expect } from 'chai';
import { scenarios } from '../../scenarios/index.ts';
import { readArguments } from './arguments.ts';
import { phasesOf } from './commands.ts';

const phases = (...args: string[]) => phasesOf(readArguments(args));

describe('the commands of a nightly run', () => {
  it('drill every scenario at both paces and run every test', () => {
    const [fast, orders, real, tests] = phases();
    const full = scenarios.filter(({ stacks }) => stacks.includes('full'));
    const metrics = scenarios.filter(({ stacks }) => stacks.includes('metrics'));
    expect(fast?.commands).to.have.length(full.length + metrics.length);
    expect(real?.commands).to.have.length(scenarios.length);
    expect([fast, orders, real, tests].map((phase) => phase?.atOnce)).to.deep.equal([1, 1, 2, 1]);
    const all = [fast, orders, real, tests].flatMap((phase) => phase?.commands ?? []);
    expect(new Set(all.map(({ slug }) => slug)).size, 'a folder for each').to.equal(all.length);
    expect(all.flatMap(({ args }) => args)).to.not.include('--runtime');
  });

  it('drill every scenario of the full stack once in a random order, on each topology', () => {
    const full = scenarios.filter(({ stacks }) => stacks.includes('full')).map(({ name }) => name);
    const runs = Array.from({ length: 20 }, () => phases('--part', 'orders')[0]?.commands ?? []);
    const orders = runs.flatMap((commands) => {
      expect(commands.map(({ slug }) => slug)).to.deep.equal(['any-order-sidecar', 'any-order-direct']);
      return commands.map(({ args }) => args.slice(1, 1 + full.length));
    });
    for (const order of orders) expect(order).to.have.members(full);
    expect(new Set(orders.map((order) => order.join(' '))).size).to.be.greaterThan(20);
    expect(phases('--part', 'orders', '--scenario', 'checkout-errors')[0]?.commands).to.deep.equal([]);
  });

  it('pass runtime and images to each drill only', () => {
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
    expect(tests?.commands.map(({ args }) => args)).to.deep.equal([['scripts/test.ts', '--nightly']]);
  });

  it('drill as often as asked for', () => {
    const [fast] = phases('--part', 'fast', '--scenario', 'checkout-errors cascade', '--repeat', '2');
    expect(fast?.commands.map(({ args }) => args.slice(1, 6).join(' '))).to.deep.equal([
      'checkout-errors --stack metrics --repeat 2',
      'cascade --stack metrics --repeat 2',
      'checkout-errors --stack full --compare --repeat',
    ]);
    expect(() => phases('--part', 'real', '--repeat', '2')).to.throw('--repeat');
  });

  it('are only those of the parts and scenarios asked for', () => {
    const [real, ...more] = phases('--part', 'real', '--scenario', 'transient-blip');
    expect(more).to.deep.equal([]);
    expect(real?.commands.map(({ args }) => args.join(' '))).to.deep.equal([
      'harness/cli.ts transient-blip --pace real --stays group_interval',
    ]);
  });
});
