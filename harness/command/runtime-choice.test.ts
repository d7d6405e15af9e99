import { expect } from 'chai';
import { FiredrillError } from '../../core/errors.ts';
import { chooseRuntime, type DockerProbe } from './runtime-choice.ts';

const there = async (): Promise<DockerProbe> => ({ ok: true, server: 'Docker 28.2' });
const absent = async (): Promise<DockerProbe> => ({
  ok: false,
  reason: 'no daemon answers at unix:///var/run/docker.sock',
  hint: 'start one',
});
const unasked = async (): Promise<DockerProbe> => {
  throw new Error('was asked');
};

describe('the choice of a runtime', () => {
  it('is docker by itself where it can be had, else process, and says why', async () => {
    expect(await chooseRuntime('auto', there)).to.deep.equal({ name: 'docker', why: 'Docker 28.2 answers' });
    expect(await chooseRuntime('auto', absent)).to.deep.equal({
      name: 'process',
      why: 'no daemon answers at unix:///var/run/docker.sock',
    });
  });

  it('is what was asked for, without a word; for process nobody asks after docker', async () => {
    expect(await chooseRuntime('docker', there)).to.deep.equal({ name: 'docker' });
    expect(await chooseRuntime('process', unasked)).to.deep.equal({ name: 'process' });
  });

  it('is a broken machine, and no bad input, where docker was asked for and cannot be had', async () => {
    const error = await chooseRuntime('docker', absent).catch((thrown: unknown) => thrown);
    if (!(error instanceof FiredrillError)) throw error;
    expect(error.kind).to.equal('broken');
    expect(error.problems).to.deep.equal([
      {
        where: '--runtime docker',
        message: 'no daemon answers at unix:///var/run/docker.sock',
        hint: 'start one',
      },
    ]);
  });
});
