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
  /** Compile the parts in C too. */
  readonly cgo?: true;
}

// As for Go alone: the same file runs on this host and in a container without a C library.
// Apple's linker has no static C library to offer.
const staticC = process.platform === 'darwin' ? [] : ['-linkmode external', '-extldflags -static'];

/** The command that compiles one binary from exactly the modules that its go.sum lists. */
export function goBuild(build: GoBuild): Command {
  const set = Object.entries(build.variables ?? {}).map(([name, value]) => `-X ${name}=${value}`);
  return {
    step: `compile ${build.binary}`,
    file: 'go',
    args: [
      'build',
      // Names each package as it is compiled: the only sign of life that a long compilation gives.
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
