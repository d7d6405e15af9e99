import { goBuild } from '../../go-build.ts';
import type { Recipe } from '../../recipe.ts';

// Prometheus 3.15.0 is module version v0.315.0, and knows its own version only from the linker.
const version = '3.15.0';

export const prometheus: Recipe<'prometheus' | 'promtool'> = {
  tool: 'prometheus',
  version,
  binaries: ['prometheus', 'promtool'],
  folder: import.meta.dirname,
  expectedMs: 220_000,
  diskBytes: 2.8e9,
  async build({ bin, run }) {
    for (const binary of prometheus.binaries) {
      await run(
        goBuild({
          binary,
          bin,
          package: `github.com/prometheus/prometheus/cmd/${binary}`,
          cwd: prometheus.folder,
          // Drills find their targets by file: the cloud providers' discovery would triple the build.
          tags: ['netgo', 'remove_all_sd', 'enable_file_sd'],
          variables: { 'github.com/prometheus/common/version.Version': version },
        }),
      );
    }
  },
};
