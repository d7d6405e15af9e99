import { goBuild } from '../../../stacks/toolchain/go-build.ts';
import type { Recipe } from '../../../stacks/toolchain/recipe.ts';

const version = '1.7.12';

/** actionlint checks the workflows in .github. No drill needs it, so it is not one of the toolchain's recipes. */
export const actionlint: Recipe<'actionlint'> = {
  tool: 'actionlint',
  version,
  binaries: ['actionlint'],
  folder: import.meta.dirname,
  expectedMs: 15_000,
  diskBytes: 0.2e9,
  build: ({ bin, run }) =>
    run(
      goBuild({
        binary: 'actionlint',
        bin,
        package: 'github.com/rhysd/actionlint/cmd/actionlint',
        cwd: actionlint.folder,
      }),
    ),
};
