import { expect } from 'chai';
import { exitText } from './container-exit.ts';

describe('how a container ended', () => {
  it('is its exit code, and the limit that it was killed for', () => {
    expect(exitText({ code: 2, outOfMemory: false }, { cpus: 1, memoryMiB: 128 })).to.equal('exit code 2');
    expect(exitText({ code: 137, outOfMemory: true }, { cpus: 1, memoryMiB: 128 })).to.equal(
      'exit code 137, OOM-killed (limit 128 MiB)',
    );
    expect(exitText({ code: 137, outOfMemory: true })).to.equal('exit code 137, OOM-killed');
  });

  it('is most likely the memory limit after a SIGKILL without a reason from the daemon', () => {
    expect(exitText({ code: 137, outOfMemory: false }, { cpus: 1, memoryMiB: 128 })).to.equal(
      'exit code 137, killed, most likely OOM-killed (limit 128 MiB)',
    );
    expect(exitText({ code: 137, outOfMemory: false })).to.equal('exit code 137');
  });
});
