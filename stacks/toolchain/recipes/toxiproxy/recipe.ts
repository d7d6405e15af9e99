import { goBuild } from '../../go-build.ts';
import type { Recipe } from '../../recipe.ts';

const version = '2.5.0';

export const toxiproxy: Recipe<'toxiproxy-server'> = {
  tool: 'toxiproxy',
  version,
  binaries: ['toxiproxy-server'],
  folder: import.meta.dirname,
  expectedMs: 15_000,
  diskBytes: 0.3e9,
  build: ({ bin, run }) =>
    run(
      goBuild({
        binary: 'toxiproxy-server',
        bin,
        package: 'github.com/Shopify/toxiproxy/v2/cmd/server',
        cwd: toxiproxy.folder,
        variables: { 'github.com/Shopify/toxiproxy/v2.Version': version },
      }),
    ),
};
