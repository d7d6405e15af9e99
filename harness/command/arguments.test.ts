import { expect } from 'chai';
import { problemsOf } from '../../core/testing/problems-of.ts';
import { readArguments } from './arguments.ts';

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
      help: false,
    });
  });

  it('takes a whole number of 32 bits as seed', () => {
    expect(readArguments(['--seed', '0']).seed).to.equal(0);
    for (const seed of ['4294967296', '1.5', '0x7', 'x']) {
      expect(refused('--seed', seed)).to.deep.equal([
        { where: `--seed ${seed}`, message: 'expected a whole number from 0 to 4294967295' },
      ]);
    }
  });

  it('names every fault at once', () => {
    const problems = refused(
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
    expect(refused('--stack', 'logs', '--topology', 'mesh', '--runtime', 'podman')).to.deep.equal([
      { where: '--stack', message: 'there is no "logs"', hint: 'use full or metrics' },
      { where: '--topology', message: 'there is no "mesh"', hint: 'use sidecar or direct' },
      { where: '--runtime', message: 'there is no "podman"', hint: 'use auto or process or docker' },
    ]);
  });

  it('refuses what cannot be had together, all of it at once', () => {
    expect(refused('--stack', 'metrics', '--topology', 'direct', '--compare', '--keep')).to.deep.equal([
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
    expect(readArguments(['--compare', '--stack', 'full'])).to.include({ compare: true, stack: 'full' });
    expect(refused('--keep', '--repeat', '2')).to.deep.equal([
      { where: '--repeat 2', message: 'runs one stack after the other; leave --keep out' },
    ]);
    expect(readArguments(['--repeat', '3'])).to.include({ repeat: 3, keep: false });
    expect(readArguments(['--keep', '--repeat', '1'])).to.include({ repeat: 1, keep: true });
  });

  it('asks for a value where one is missing', () => {
    expect(refused('--config')).to.deep.equal([{ where: '--config', message: 'needs a value' }]);
    expect(refused('--pace', '--json')).to.deep.equal([{ where: '--pace', message: 'needs a value' }]);
  });

  for (const port of ['prometheus=0', 'prometheus=65536', '=9090', 'prometheus=', 'Prometheus=9090']) {
    it(`refuses --port ${port}`, () => {
      expect(refused('--port', port)[0]?.message).to.include('expected COMPONENT=PORT');
    });
  }
});
