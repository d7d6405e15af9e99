import { join } from 'node:path';

export type Env = Readonly<Record<string, string | undefined>>;

const goosOf: Readonly<Record<string, string>> = { win32: 'windows', sunos: 'solaris' };
const goarchOf: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

/** Settings other than the recipe that affect the compiled result; part of the cache key. */
export const goSettings: Readonly<Record<string, string>> = {
  // Static binaries, so that the same file runs on this host and in a container without a C library.
  CGO_ENABLED: '0',
  // Never empty: Go would treat an empty value as unset and use the user's `go env -w`.
  GOFLAGS: '-buildvcs=false -trimpath',
  GO111MODULE: 'on',
  GOWORK: 'off',
  GOOS: goosOf[process.platform] ?? process.platform,
  GOARCH: goarchOf[process.arch] ?? process.arch,
};

/** One of Go's caches: its path, and whether firedrill made it and so removes it. */
export interface GoCache {
  readonly variable: 'GOMODCACHE' | 'GOCACHE';
  readonly path: string;
  readonly own: boolean;
}

/** Go's module cache and build cache: those set in the user's environment, or else under `cacheDir`. */
export function goCaches(cacheDir: string, env: Env): readonly GoCache[] {
  const cache = (variable: GoCache['variable'], folder: string): GoCache => ({
    variable,
    path: env[variable] || join(cacheDir, 'build', folder),
    own: !env[variable],
  });
  return [cache('GOMODCACHE', 'mod'), cache('GOCACHE', 'go')];
}

/** The environment of a build: the user's (proxies, GOPROXY, GOTOOLCHAIN), overridden by fixed settings. */
export function goEnv(env: Env, caches: readonly GoCache[], work: string): Record<string, string> {
  const given = Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const ownModules = caches.some((cache) => cache.variable === 'GOMODCACHE' && cache.own);
  return {
    ...Object.fromEntries(given),
    ...goSettings,
    // Go makes its module cache read-only, which prevents a plain removal.
    ...(ownModules ? { GOFLAGS: `${goSettings.GOFLAGS} -modcacherw` } : {}),
    ...Object.fromEntries(caches.map(({ variable, path }) => [variable, path])),
    // A killed build cannot clean up, so its temporary files go into a folder that firedrill removes.
    GOTMPDIR: work,
    TMPDIR: work,
  };
}
