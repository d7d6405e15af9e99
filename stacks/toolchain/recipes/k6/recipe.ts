import { copyFile, glob, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { goBuild } from '../../go-build.ts';
import type { Recipe } from '../../recipe.ts';

const version = '1.8.1';
const folder = import.meta.dirname;

/**
 * xk6 writes the program; it is compiled with the committed `module/go.mod` and `module/go.sum` instead
 * of what xk6 would resolve on the day. xk6 cannot stop before compiling, so it is told to only print how
 * it would (`-n`).
 */
export const k6: Recipe<'k6'> = {
  tool: 'k6',
  version,
  binaries: ['k6'],
  folder,
  expectedMs: 90_000,
  diskBytes: 1.7e9,
  async build({ bin, work, run }) {
    await run(goBuild({ binary: 'xk6', bin: work, package: 'go.k6.io/xk6/cmd/xk6', cwd: folder }));
    const sources = join(work, 'sources');
    await mkdir(sources);
    await run({
      step: 'generate k6',
      file: join(work, 'xk6'),
      args: ['build', `v${version}`, '--output', join(work, 'unused')],
      cwd: sources,
      env: {
        TMPDIR: sources,
        XK6_SKIP_CLEANUP: '1',
        XK6_BUILD_FLAGS: '-n',
        XK6_RACE_DETECTOR: '',
        XK6_K6_REPO: '',
        // When these name this host, xk6 goes on to run the binary that it has not compiled.
        GOOS: '',
        GOARCH: '',
      },
    });
    for await (const main of glob('buildenv_*/main.go', { cwd: sources })) {
      const source = join(sources, main, '..');
      for (const file of ['go.mod', 'go.sum'])
        await copyFile(join(folder, 'module', file), join(source, file));
      await run(goBuild({ binary: 'k6', bin, package: '.', cwd: source }));
    }
  },
};
