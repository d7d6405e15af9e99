import { goBuild } from '../../go-build.ts';
import type { Recipe } from '../../recipe.ts';

// A commit between 2.6.0 and 2.7.0: Tempo's releases have a major version that Go's module rules refuse, so only
// commits can be had as a module. Older ones panic when built with Go 1.21 or newer.
const version = '2.7.0-pre-ed943d7a56b2';

export const tempo: Recipe<'tempo'> = {
  tool: 'tempo',
  version,
  binaries: ['tempo'],
  folder: import.meta.dirname,
  expectedMs: 150_000,
  diskBytes: 4e9,
  build: ({ bin, run }) =>
    run(
      goBuild({
        binary: 'tempo',
        bin,
        package: 'github.com/grafana/tempo/cmd/tempo',
        cwd: tempo.folder,
        tags: ['netgo'],
        variables: { 'main.Version': version },
      }),
    ),
};
