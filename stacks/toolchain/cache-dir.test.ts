import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { cacheDirOf } from './cache-dir.ts';

describe('cacheDirOf', () => {
  it('follows XDG_CACHE_HOME, and falls back to ~/.cache', () => {
    expect(cacheDirOf({ XDG_CACHE_HOME: '/big/disk', HOME: '/home/ann' })).to.equal('/big/disk/firedrill');
    expect(cacheDirOf({ HOME: '/home/ann' })).to.equal('/home/ann/.cache/firedrill');
    expect(cacheDirOf({})).to.equal(join(homedir(), '.cache', 'firedrill'));
  });

  it('takes an empty or relative XDG_CACHE_HOME as unset', () => {
    for (const XDG_CACHE_HOME of ['', 'caches']) {
      expect(cacheDirOf({ XDG_CACHE_HOME, HOME: '/home/ann' })).to.equal('/home/ann/.cache/firedrill');
    }
  });
});
