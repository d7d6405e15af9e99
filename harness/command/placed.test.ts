import { expect } from 'chai';
import { within } from '../../core/path.ts';
import { Problems } from '../../core/problems.ts';
import { parseScenario, type Scenario, type StackName } from '../../core/scenario.ts';
import { parseSystem } from '../../core/system.ts';
import { problemsOf } from '../../core/testing/problems-of.ts';
import { transientBlip } from '../../scenarios/transient-blip.ts';
import { ownPlacement, placed } from './placed.ts';

const scenarioOn = (name: string, ...stacks: StackName[]): Scenario =>
  parseScenario({ ...transientBlip, name, stacks }, name);
const both = scenarioOn('both', 'full', 'metrics');
const small = scenarioOn('small', 'metrics');
const large = scenarioOn('large', 'full');
const either = scenarioOn('either', 'metrics', 'full');

const placementsOf = (scenarios: readonly Scenario[], asked: Partial<Parameters<typeof placed>[1]> = {}) => {
  const problems = new Problems();
  const found = scenarios.map((scenario) => ({ scenario, whereOf: within(`${scenario.name}.yaml`) }));
  const all = placed(found, { compare: false, runtime: 'auto', ...asked }, problems);
  problems.refuse();
  return all.map(({ scenario, placements }) => [
    scenario.name,
    ...placements.map(({ stack, topology }) => `${stack} ${topology}`),
  ]);
};

const refused = (...args: Parameters<typeof placementsOf>) => problemsOf(() => placementsOf(...args));

describe('placement', () => {
  it("is the scenario's first stack with sidecars when nothing is asked for", () => {
    expect(placementsOf([both, small, either])).to.deep.equal([
      ['both', 'full sidecar'],
      ['small', 'metrics sidecar'],
      ['either', 'metrics sidecar'],
    ]);
    expect(ownPlacement(either)).to.deep.equal({ stack: 'metrics', topology: 'sidecar', with: [] });
  });

  it('is refused for two scenarios of one name, and not for one that is named twice', () => {
    const problems = new Problems();
    const of = (file: string) => ({ scenario: both, whereOf: within(file) });
    const asked = { compare: false, runtime: 'auto' } as const;
    placed([of('a.yaml'), of('a.yaml'), of('b.yaml')], asked, problems);
    expect(problems.all.map(({ where, message }) => [where, message])).to.deep.equal([
      ['b.yaml: name', 'another scenario has the name both too: a.yaml: name'],
    ]);
  });

  it('is what is asked for', () => {
    expect(placementsOf([both], { stack: 'metrics' })).to.deep.equal([['both', 'metrics sidecar']]);
    expect(placementsOf([large], { topology: 'direct' })).to.deep.equal([['large', 'full direct']]);
    expect(placementsOf([either], { stack: 'full', topology: 'direct' })).to.deep.equal([
      ['either', 'full direct'],
    ]);
  });

  it('is refused on a stack to which an addition cannot be added', () => {
    const deployed = { ...both, with: ['slo', 'deployments'] } as const satisfies Partial<Scenario>;
    expect(placementsOf([{ ...deployed, with: [...deployed.with] }], { stack: 'metrics' })).to.have.length(1);
    expect(refused([{ ...deployed, with: [...deployed.with] }])).to.deep.equal([
      {
        where: 'both.yaml: with[1]',
        message: 'cannot be added to the stack full',
        hint: 'it can be added to metrics',
      },
    ]);
  });

  it('is both topologies, to compare them', () => {
    expect(placementsOf([both, large], { compare: true })).to.deep.equal([
      ['both', 'full sidecar', 'full direct'],
      ['large', 'full sidecar', 'full direct'],
    ]);
  });

  it('names every scenario that does not run there', () => {
    expect(refused([large, both, large], { stack: 'metrics' })).to.have.lengthOf(1);
    expect(refused([small, either], { stack: 'full' })).to.deep.equal([
      { where: '--stack full', message: 'small cannot be drilled there', hint: 'it runs on metrics' },
    ]);
  });

  it('names what a scenario expects that the metrics stack cannot show', () => {
    const page = { kind: 'page', alert: 'A', receiver: 'threema', within: '1m', resolvedWithin: '1m' };
    const { lasts: _, ...fault } = transientBlip.fault;
    const written = {
      ...transientBlip,
      stacks: ['full', 'metrics'],
      fault: { ...fault, telemetry: { signal: 'log', query: '{a="b"}' } },
      expectations: [
        page,
        { ...page, receiver: 'slack', escalatesTo: { receiver: 'threema', after: '15m' } },
      ],
    };
    const scenario = parseScenario(written, 'mine');
    expect(placementsOf([scenario])).to.have.lengthOf(1);
    expect(refused([scenario], { stack: 'metrics' }).map(({ where }) => where)).to.deep.equal([
      `${scenario.name}.yaml: expectations[0].receiver`,
      `${scenario.name}.yaml: expectations[1].escalatesTo.receiver`,
      `${scenario.name}.yaml: fault.telemetry`,
    ]);
  });

  it('refuses what a system of the user cannot have', () => {
    const read = parseSystem(
      {
        name: 'mine',
        services: { web: { command: ['web'], ports: [80], ready: { tcp: 80 } } },
        journeys: { home: { service: 'web', path: '/' } },
      },
      '/mine/firedrill.yaml',
      within('firedrill.yaml'),
    );
    const problems = new Problems();
    const asked = { compare: false, runtime: 'docker', overlay: 'mine', topology: 'direct' } as const;
    const found = placed([{ scenario: large, whereOf: within('large.yaml'), system: read }], asked, problems);
    expect(found[0]?.placements[0]?.system).to.equal(read);
    expect(problems.all.map(({ where }) => where)).to.deep.equal([
      '--runtime docker',
      '--config',
      '--topology direct',
    ]);
    expect(problems.all[0]?.message).to.match(/^the service web is a program of this machine$/);
  });

  it('names every service that the runtime cannot run, and systems that need another one', () => {
    const systemOf = (folder: string, service: object) =>
      parseSystem(
        {
          name: 'mine',
          services: Object.fromEntries(
            ['web', 'api'].map((name) => [name, { ...service, ports: [80], ready: { tcp: 80 } }]),
          ),
        },
        `/${folder}/firedrill.yaml`,
        within('firedrill.yaml'),
      );
    const [contained, local] = [systemOf('a', { image: 'web:1' }), systemOf('b', { command: ['web'] })];
    const problems = new Problems();
    const on = (system: typeof local) => ({ scenario: large, whereOf: within('large.yaml'), system });
    placed([on(contained)], { compare: false, runtime: 'process' }, problems);
    placed([on(contained), on(local), on(local)], { compare: false, runtime: 'auto' }, problems);
    const hint = 'use --runtime docker';
    expect(problems.all).to.deep.equal([
      { where: '--runtime process', message: 'the service web runs from an image, web:1', hint },
      { where: '--runtime process', message: 'the service api runs from an image, web:1', hint },
      {
        where: '/b/firedrill.yaml',
        message: 'needs --runtime process, and /a/firedrill.yaml needs another one',
        hint: 'drill them by commands of their own',
      },
    ]);
  });

  it('refuses scenarios that different programs are to monitor', () => {
    const input = {
      name: 'mine',
      services: { web: { command: ['web'], ports: [80], ready: { tcp: 80 } } },
      journeys: { home: { service: 'web', path: '/' } },
    };
    const shop = { scenario: both, whereOf: within('both.yaml') };
    const system = parseSystem(input, '/mine/firedrill.yaml', within('firedrill.yaml'));
    const own = { ...system, programs: { loki: { path: '/bin/loki', where: 'firedrill.yaml: versions' } } };
    const told = (...scenarios: Parameters<typeof placed>[0]) => {
      const problems = new Problems();
      placed(scenarios, { compare: false, runtime: 'auto' }, problems);
      return problems.all.map(({ where, message }) => `${where}: ${message}`);
    };
    const mine = { ...shop, scenario: small, system: own };
    expect(told(mine, { ...mine, scenario: either })).to.deep.equal([]);
    expect(told(shop, { ...mine, system })).to.deep.equal([]);
    expect(told(shop, mine)).to.deep.equal([
      'small: it is drilled with other programs (`versions`) than both',
    ]);
  });

  it('names every scenario that has but one topology', () => {
    const why = 'runs on metrics, and the metrics stack has the topology sidecar only';
    expect(refused([small, either, large], { topology: 'direct' })).to.deep.equal([
      { where: '--topology direct', message: `small ${why}` },
      { where: '--topology direct', message: `either ${why}`, hint: 'add --stack full' },
    ]);
    expect(refused([small], { compare: true })[0]?.where).to.equal('--compare');
  });
});
