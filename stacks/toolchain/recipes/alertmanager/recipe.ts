import { goBuild } from '../../go-build.ts';
import type { Recipe } from '../../recipe.ts';

// The newest version whose module carries its web interface; later ones do not build from the module alone.
const version = '0.28.1';

export const alertmanager: Recipe<'alertmanager' | 'amtool'> = {
  tool: 'alertmanager',
  version,
  binaries: ['alertmanager', 'amtool'],
  folder: import.meta.dirname,
  expectedMs: 60_000,
  diskBytes: 1.4e9,
  async build({ bin, run }) {
    for (const binary of alertmanager.binaries) {
      await run(
        goBuild({
          binary,
          bin,
          package: `github.com/prometheus/alertmanager/cmd/${binary}`,
          cwd: alertmanager.folder,
          tags: ['netgo'],
          variables: { 'github.com/prometheus/common/version.Version': version },
        }),
      );
    }
  },
};
