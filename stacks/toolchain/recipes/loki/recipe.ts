import { goBuild } from '../../go-build.ts';
import type { Recipe } from '../../recipe.ts';

const version = '3.7.8';

export const loki: Recipe<'loki'> = {
  tool: 'loki',
  version,
  binaries: ['loki'],
  folder: import.meta.dirname,
  expectedMs: 360_000,
  diskBytes: 6e9,
  build: ({ bin, run }) =>
    run(
      goBuild({
        binary: 'loki',
        bin,
        package: 'github.com/grafana/loki/v3/cmd/loki',
        cwd: loki.folder,
        tags: ['netgo'],
        variables: { 'github.com/grafana/loki/v3/pkg/util/build.Version': version },
      }),
    ),
};
