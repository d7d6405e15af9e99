import { expect } from 'chai';
import { FiredrillError } from '../../core/errors.ts';
import { readArguments } from './arguments.ts';

const read = (line: string) => readArguments(line.split(' ').filter(Boolean));

function refusalOf(line: string): FiredrillError {
  try {
    read(line);
  } catch (error) {
    if (error instanceof FiredrillError) return error;
    throw error;
  }
  throw new Error(`accepted: ${line}`);
}

describe('arguments of npm run bench', () => {
  it('default to five drills on runtime process', () => {
    expect(read('')).to.deep.equal({
      repeat: 5,
      runtimes: ['process'],
      shared: false,
      limits: false,
      help: false,
    });
  });

  it('list the runtimes in the order in which they alternate', () => {
    expect(read('--runtime docker --images local --repeat 2')).to.deep.equal({
      repeat: 2,
      runtimes: ['docker'],
      images: 'local',
      shared: false,
      limits: false,
      help: false,
    });
    expect(read('--runtime=both').runtimes).to.deep.equal(['process', 'docker']);
    expect(read('-h').help).to.equal(true);
  });

  it('may ask for the limits', () => {
    expect(read('--limits')).to.include({ limits: true, shared: false });
  });

  it('allow --shared with one runtime only', () => {
    expect(read('--shared --repeat 3')).to.include({ shared: true, repeat: 3 });
    expect(refusalOf('--shared --runtime both').problems.map(({ where }) => where)).to.deep.equal([
      '--shared',
    ]);
  });

  it('are refused with every error at once', () => {
    const { problems, exitCode } = refusalOf(
      'checkout-errors --repeat 0 --runtime podman --images mine --pace fast --help=yes',
    );
    expect(problems.map(({ where }) => where)).to.have.members([
      'checkout-errors',
      '--repeat 0',
      '--runtime',
      '--images',
      '--pace',
      // The word after an unknown option is not its value.
      'fast',
      '--help',
    ]);
    expect(exitCode).to.equal(2);
  });

  it('require a value, also when another option follows', () => {
    for (const line of ['--repeat', '--runtime --images=local', '--images']) {
      const [option = ''] = line.split(' ');
      expect(refusalOf(line).problems, line).to.deep.equal([{ where: option, message: 'needs a value' }]);
    }
  });

  it('allow --images only with containers', () => {
    for (const line of ['--images official', '--runtime process --images local']) {
      expect(
        refusalOf(line).problems.map(({ where }) => where),
        line,
      ).to.deep.equal(['--images']);
    }
    expect(read('--runtime both --images auto').images).to.equal('auto');
  });
});
