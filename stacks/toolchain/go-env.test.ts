import { expect } from 'chai';
import { goCaches, goEnv } from './go-env.ts';

describe('goEnv', () => {
  it('uses and marks as own the caches under the cache folder', () => {
    expect(goCaches('/c', {})).to.deep.equal([
      { variable: 'GOMODCACHE', path: '/c/build/mod', own: true },
      { variable: 'GOCACHE', path: '/c/build/go', own: true },
    ]);
  });

  it("leaves the user's caches alone, each by itself", () => {
    const caches = goCaches('/c', { GOMODCACHE: '/user/mod' });
    expect(caches.map(({ own }) => own)).to.deep.equal([false, true]);
    const env = goEnv({ GOMODCACHE: '/user/mod' }, caches, '/w');
    expect(env).to.include({ GOMODCACHE: '/user/mod', GOCACHE: '/c/build/go' });
    expect(env.GOFLAGS).not.to.contain('-modcacherw');
  });

  it('keeps proxies and the choice of toolchain, and overrides what would change or break the build', () => {
    const user = {
      GOPROXY: 'http://127.0.0.1:1',
      GOTOOLCHAIN: 'local',
      GOFLAGS: '-mod=vendor',
      GOOS: 'plan9',
      CGO_ENABLED: '1',
      GOWORK: '/elsewhere/go.work',
      UNSET: undefined,
    };
    const env = goEnv(user, goCaches('/c', user), '/w');
    expect(env).to.include({ GOPROXY: 'http://127.0.0.1:1', GOTOOLCHAIN: 'local' });
    expect(env).to.include({ CGO_ENABLED: '0', GOWORK: 'off', GOTMPDIR: '/w', TMPDIR: '/w' });
    expect(env.GOFLAGS).to.equal('-buildvcs=false -trimpath -modcacherw');
    expect(env.GOOS).not.to.equal('plan9');
    expect(env).not.to.have.property('UNSET');
  });
});
