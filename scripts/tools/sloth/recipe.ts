import { goBuild } from '../../../stacks/toolchain/go-build.ts';
import type { Recipe } from '../../../stacks/toolchain/recipe.ts';

const version = '0.16.0';

/**
 * sloth makes the rules of SLOs (`npm run slos`). No drill needs it, since the rules that it made are files of the
 * configuration, so it is not one of the toolchain's recipes.
 */
export const sloth: Recipe<'sloth'> = {
  tool: 'sloth',
  version,
  binaries: ['sloth'],
  folder: import.meta.dirname,
  expectedMs: 180_000,
  diskBytes: 2.2e9,
  build: ({ bin, run }) =>
    run(
      goBuild({
        binary: 'sloth',
        bin,
        package: 'github.com/slok/sloth/cmd/sloth',
        cwd: sloth.folder,
        // It writes its version into the rules, and knows it from the linker alone.
        variables: { 'github.com/slok/sloth/internal/info.Version': `v${version}` },
      }),
    ),
};
