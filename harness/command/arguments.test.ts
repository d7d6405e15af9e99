import { expect } from 'chai';
import { paces } from '../../core/pace.ts';
import { Problems } from '../../core/problems.ts';
import { problemsOf } from '../../core/testing/problems-of.ts';
import { findArguments, readArguments } from './arguments.ts';

const refused = (...args: string[]) => problemsOf(() => readArguments(args));

describe('arguments', () => {
  it('runs once at fast pace when nothing is said', () => {
    expect(readArguments(['checkout-errors'])).to.deep.equal({
      names: ['checkout-errors'],
      pace: { name: 'fast', factor: 15 },
      runtime: 'auto',
      compare: false,
      repeat: 1,
      freshStack: false,
      keep: false,
      ports: new Map(),
      json: false,
      plan: false,
      clean: false,
      help: false,
    });
  });

  it('takes how long a fault is held on', () => {
    expect(readArguments(['a', '--stays', '5m']).stays).to.equal('5m');
    expect(readArguments(['a', '--stays', 'group_interval']).stays).to.equal('group_interval');
    expect(refused('a', '--stays', 'long').map(({ where }) => where)).to.deep.equal(['--stays long']);
  });

  it('takes every option', () => {
    const args =
      '--pace real --stack full --topology direct --runtime docker --images local --seed 4294967295 --repeat 1 --config mine --fresh-stack --keep --port prometheus=9090 --port orders=8080 --runs r --json a b';
    expect(readArguments(args.split(' '))).to.deep.equal({
      names: ['a', 'b'],
      pace: { name: 'real', factor: 1 },
      stack: 'full',
      topology: 'direct',
      runtime: 'docker',
      images: 'local',
      seed: 4_294_967_295,
      compare: false,
      repeat: 1,
      overlay: 'mine',
      freshStack: true,
      keep: true,
      ports: new Map([
        ['prometheus', 9090],
        ['orders', 8080],
      ]),
      runs: 'r',
      json: true,
      plan: false,
      clean: false,
      help: false,
    });
  });

  it('drills a staging at its own pace, and starts nothing there', () => {
    expect(readArguments(['a.yaml', '--attach', 's.yaml', '--plan'])).to.include({
      attach: 's.yaml',
      plan: true,
      pace: paces.real,
    });
    expect(readArguments(['--attach', 's.yaml', '--clean'])).to.include({ clean: true });
    const args = 'a.yaml --attach s.yaml --pace fast --stack full --keep --port prometheus=1';
    expect(refused(...args.split(' ')).map(({ where }) => where)).to.have.members([
      ...['--pace fast', '--stack', '--keep', '--port'],
    ]);
    expect(refused('a', '--plan', '--clean').map(({ where }) => where)).to.deep.equal(['--plan', '--clean']);
    expect(refused('a', '--attach', 's.yaml', '--clean').map(({ where }) => where)).to.deep.equal([
      '--clean',
    ]);
    expect(refused('--attach', 's.yaml').map(({ where }) => where)).to.deep.equal(['--attach']);
  });

  it('takes a whole number of 32 bits as seed', () => {
    expect(readArguments(['a', '--seed', '0']).seed).to.equal(0);
    for (const seed of ['4294967296', '1.5', '0x7', 'x']) {
      expect(refused('a', '--seed', seed)).to.deep.equal([
        { where: `--seed ${seed}`, message: 'expected a whole number from 0 to 4294967295' },
      ]);
    }
  });

  it('names every fault at once', () => {
    const problems = refused(
      'a',
      '--pase',
      'fast',
      '--pace',
      'slow',
      '--repeat',
      '0',
      '--port',
      'x',
      '--json=yes',
    );
    const text = problems.map(({ where, message }) => `${where}: ${message}`).join('\n');
    for (const part of ['--pase', '"slow"', '--repeat 0', '--port x', '--json: takes no value']) {
      expect(text).to.include(part);
    }
    expect(problems).to.have.length(5);
    // Each by the option that it is about.
    expect(problems.map(({ where }) => where.split(/[ =]/)[0])).to.have.members([
      '--pase',
      '--pace',
      '--repeat',
      '--port',
      '--json',
    ]);
  });

  it('names every word that there is not', () => {
    expect(refused('a', '--stack', 'logs', '--topology', 'mesh', '--runtime', 'podman')).to.deep.equal([
      { where: '--stack', message: 'there is no "logs"', hint: 'known: full, metrics' },
      { where: '--topology', message: 'there is no "mesh"', hint: 'known: direct, sidecar' },
      { where: '--runtime', message: 'there is no "podman"', hint: 'known: docker, process, auto' },
    ]);
  });

  it('refuses what cannot be had together, all of it at once', () => {
    expect(refused('a', '--stack', 'metrics', '--topology', 'direct', '--compare', '--keep')).to.deep.equal([
      {
        where: '--topology direct',
        message: 'the metrics stack has the topology sidecar only',
        hint: 'leave --stack metrics out',
      },
      {
        where: '--compare',
        message: 'there is nothing to compare: the metrics stack has the topology sidecar only',
        hint: 'leave --stack metrics out',
      },
      { where: '--compare', message: 'runs both topologies; leave --topology direct out' },
      { where: '--compare', message: 'runs one stack after the other; leave --keep out' },
    ]);
    expect(readArguments(['a', '--compare', '--stack', 'full'])).to.include({ compare: true, stack: 'full' });
    expect(refused('a', '--keep', '--repeat', '2')).to.deep.equal([
      { where: '--repeat 2', message: 'runs one stack after the other; leave --keep out' },
    ]);
    expect(readArguments(['a', '--repeat', '3'])).to.include({ repeat: 3, keep: false });
    expect(readArguments(['a', '--keep', '--repeat', '1'])).to.include({ repeat: 1, keep: true });
  });

  it('suggests the option and the word that were probably meant', () => {
    expect(refused('a', '--pase', 'fast')).to.deep.equal([
      {
        where: '--pase',
        message: 'there is no such option',
        hint: 'did you mean --pace? firedrill run --help lists all options',
      },
    ]);
    expect(refused('a', '--pace', 'rael')[0]?.hint).to.equal('did you mean real? known: real, fast');
  });

  it('refuses options that have no effect on the list of scenarios', () => {
    expect(
      refused('--keep', '--stack', 'metrics').map(({ where, message }) => [where, message]),
    ).to.deep.equal([
      ['--keep', 'has no effect without a scenario'],
      ['--stack', 'has no effect without a scenario'],
    ]);
    expect(refused()).to.deep.equal([]);
    expect(refused('--json')).to.deep.equal([]);
    expect(refused('--help', '--keep')).to.deep.equal([]);
  });

  it('refuses a port for two components', () => {
    expect(refused('a', '--port', 'orders=8080', '--port', 'prometheus=8080')).to.deep.equal([
      { where: '--port prometheus=8080', message: 'orders has this port too', hint: 'choose another' },
    ]);
  });

  it('gives what could be read, and the options whose value is not known', () => {
    const problems = new Problems();
    const { given, doubtful } = findArguments(
      ['a', '--pase', 'real', '--stack', 'metrcs', '--config', 'mine', '--seed'],
      problems,
    );
    expect(problems.all).to.have.length(3);
    expect(given).to.include({ overlay: 'mine' });
    expect(given.names).to.deep.equal(['a']);
    expect([...doubtful]).to.deep.equal(['pace', 'seed', 'stack']);
  });

  it('asks for a value where one is missing', () => {
    expect(refused('a', '--config')).to.deep.equal([{ where: '--config', message: 'needs a value' }]);
    expect(refused('a', '--pace', '--json')).to.deep.equal([{ where: '--pace', message: 'needs a value' }]);
  });

  for (const port of ['prometheus=0', 'prometheus=65536', '=9090', 'prometheus=', 'Prometheus=9090']) {
    it(`refuses --port ${port}`, () => {
      expect(refused('a', '--port', port)[0]?.message).to.include('expected COMPONENT=PORT');
    });
  }
});
