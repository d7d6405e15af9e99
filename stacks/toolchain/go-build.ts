import { join } from 'node:path';
import type { Command } from './recipe.ts';

export interface GoBuild {
  /** Name of the binary, in the folder `bin`. */
  readonly binary: string;
  readonly bin: string;
  /** The package to build: an import path, or `.` for the module at `cwd`. */
  readonly package: string;
  /** Folder of the go.mod and go.sum that pin the build. */
  readonly cwd: string;
  readonly tags?: readonly string[];
  /** String variables set by the linker, by their full name. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Compile with cgo. */
  readonly cgo?: true;
}

// Static, so that the same file runs on this host and in a container without a C library. macOS has no static C
// library.
const staticC = process.platform === 'darwin' ? [] : ['-linkmode external', '-extldflags -static'];

/** The command that compiles one binary from the modules in its go.sum. */
export function goBuild(build: GoBuild): Command {
  const set = Object.entries(build.variables ?? {}).map(([name, value]) => `-X ${name}=${value}`);
  return {
    step: `compile ${build.binary}`,
    file: 'go',
    args: [
      'build',
      // Prints each package as it is compiled, which is the only progress output of a long compilation.
      '-v',
      '-mod=readonly',
      ...(build.tags ? ['-tags', build.tags.join(',')] : []),
      '-ldflags',
      ['-s -w', ...set, ...(build.cgo ? staticC : [])].join(' '),
      '-o',
      join(build.bin, build.binary),
      build.package,
    ],
    cwd: build.cwd,
    ...(build.cgo ? { env: { CGO_ENABLED: '1' } } : {}),
  };
}
