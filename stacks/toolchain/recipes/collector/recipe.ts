import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { goBuild } from '../../go-build.ts';
import type { Recipe } from '../../recipe.ts';

const folder = import.meta.dirname;

/**
 * The collector's builder writes the program from `manifest.yaml`; it is compiled with the committed
 * `module/go.mod` and `module/go.sum` instead of what the builder would resolve on the day.
 */
export const collector: Recipe<'otelcol'> = {
  tool: 'collector',
  version: '0.155.0',
  binaries: ['otelcol'],
  folder,
  expectedMs: 140_000,
  diskBytes: 2.8e9,
  async build({ bin, work, run }) {
    const source = join(work, 'source');
    await mkdir(source);
    await run(
      goBuild({
        binary: 'builder',
        bin: work,
        package: 'go.opentelemetry.io/collector/cmd/builder',
        cwd: folder,
      }),
    );
    await copyFile(join(folder, 'manifest.yaml'), join(work, 'manifest.yaml'));
    await run({
      step: 'generate otelcol',
      file: join(work, 'builder'),
      args: ['--config', 'manifest.yaml', '--skip-compilation', '--skip-get-modules'],
      cwd: work,
    });
    for (const file of ['go.mod', 'go.sum']) await copyFile(join(folder, 'module', file), join(source, file));
    await run(goBuild({ binary: 'otelcol', bin, package: '.', cwd: source }));
  },
};
