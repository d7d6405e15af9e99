import { expect } from 'chai';
import { Problems } from '../../core/problems.ts';
import { findArguments } from '../command/arguments.ts';
import { options, readGateArguments } from './arguments.ts';

const read = (...args: string[]) => {
  const problems = new Problems();
  const given = readGateArguments(args, problems);
  return { given, problems: problems.all.map(({ where, message }) => `${where}: ${message}`) };
};

describe('the arguments of the gate', () => {
  it('are the set, the baseline, and where the result is written', () => {
    expect(
      read('nightly', '--baseline', 'a.jsonl', '--junit', 'j.xml', '--badge=b.svg', '--json'),
    ).to.deep.equal({
      problems: [],
      given: {
        ...{ set: 'nightly', baseline: 'a.jsonl', drills: [], json: true, help: false },
        files: { junit: 'j.xml', badge: 'b.svg' },
      },
    });
    expect(read().given).to.deep.equal({ drills: [], files: {}, json: false, help: false });
  });

  it('pass the others on as those of the drills', () => {
    const { given } = read(
      '--pace',
      'real',
      '--fresh-stack',
      '--runs',
      'a b',
      '--repeat',
      '2',
      '--stack',
      'metrics',
    );
    const problems = new Problems();
    const found = findArguments(['checkout-errors', '--repeat=3', ...given.drills], problems);
    expect(problems.all).to.deep.equal([]);
    expect(found.given).to.deep.include({ repeat: 2, runs: 'a b', stack: 'metrics', freshStack: true });
    expect(found.given.pace.name).to.equal('real');
    // Every option is either the gate's own or passed on.
    const own = [
      'system',
      'attach',
      'baseline',
      'write-baseline',
      'min-proven',
      'junit',
      'markdown',
      'sarif',
      'badge',
      'json',
      'help',
    ];
    const others = Object.keys(options).filter((name) => !own.includes(name) && name !== 'fresh-stack');
    for (const name of others)
      expect(read(`--${name}`, 'x').given.drills, name).to.deep.equal([`--${name}=x`]);
  });

  it('may demand a share of proven alerts', () => {
    expect(read('--min-proven', '80%').given.minProven).to.equal(0.8);
    expect(read('--min-proven', '0.8').problems).to.deep.equal([
      '--min-proven 0.8: expected a share such as 80%',
    ]);
  });

  it('may name a staging, whose file has the sets', () => {
    const { given, problems } = read('release', '--attach', 'staging.yaml', '--repeat', '2');
    expect(problems).to.deep.equal([]);
    expect(given).to.deep.include({ set: 'release', attach: 'staging.yaml' });
    const found = new Problems();
    const { given: drills } = findArguments(['a.yaml', ...given.drills], found);
    expect(found.all).to.deep.equal([]);
    expect(drills).to.deep.include({ attach: 'staging.yaml', repeat: 2 });
    expect(drills.pace.name).to.equal('real');
    const of = (...more: string[]) => read('--attach', 's.yaml', ...more).problems.join();
    expect(of('--system', 'firedrill.yaml')).to.match(
      /^--system firedrill\.yaml: is not drilled by --attach/,
    );
    expect(of('--min-proven', '80%')).to.match(/^--min-proven 80%: which alerts are proven is told by/);
  });

  it('are refused with every fault', () => {
    expect(
      read('a', 'b', '--basline', 'x', '--baseline', 'x', '--write-baseline', 'y', '--junit').problems,
    ).to.have.members([
      '--basline: there is no such option',
      '--junit: needs a value',
      'b: unexpected argument; one set can be run',
      '--write-baseline: judges the drills alone; leave --baseline out',
    ]);
  });

  it('are refused if they name one file for two things', () => {
    expect(
      read('--markdown', 'a', '--sarif', './a', '--junit', 'b', '--baseline', 'x/../b').problems,
    ).to.deep.equal([
      '--junit b: is the file of --baseline x/../b as well',
      '--sarif ./a: is the file of --markdown a as well',
    ]);
    expect(read('--markdown', 'a', '--sarif', 'a.sarif', '--ledger', 'a.jsonl').problems).to.deep.equal([]);
  });
});
