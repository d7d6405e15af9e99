import { expect } from 'chai';
import { howItEnded } from './ending.ts';

describe('how a container ended', () => {
  it('is its exit code, and the limit that it was killed for', () => {
    expect(howItEnded({ code: 2, outOfMemory: false }, { cpus: 1, memoryMiB: 128 })).to.equal('exit code 2');
    expect(howItEnded({ code: 137, outOfMemory: true }, { cpus: 1, memoryMiB: 128 })).to.equal(
      'exit code 137, OOM-killed (limit 128 MiB)',
    );
    expect(howItEnded({ code: 137, outOfMemory: true })).to.equal('exit code 137, OOM-killed');
  });

  it('is most likely the limit, where KILL came from nobody and the daemon has missed why', () => {
    expect(howItEnded({ code: 137, outOfMemory: false }, { cpus: 1, memoryMiB: 128 })).to.equal(
      'exit code 137, killed, most likely OOM-killed (limit 128 MiB)',
    );
    expect(howItEnded({ code: 137, outOfMemory: false })).to.equal('exit code 137');
  });
});
