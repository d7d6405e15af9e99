import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, posix } from 'node:path';
import { checkOf } from '../../../configuration/checked/check-config.ts';
import type { ComponentSpec, ImageFacts } from '../../component.ts';
import { recipes } from '../../toolchain/recipes.ts';
import type { Toolchain } from '../../toolchain/toolchain.ts';
import { knownDigest } from '../file-digest.ts';
import { type Copy, copyAs, runAs } from './dockerfile.ts';
import type { ContextPart, LocalImage } from './local-image.ts';

/** The paths of the toolchain's binaries and their home folders. */
export type ImageTools = Pick<Toolchain<string>, 'path' | 'home'>;

interface Placed extends ContextPart {
  readonly content: string;
  readonly steps: readonly string[];
}

/**
 * A component's image with the toolchain's binaries, with the paths, user and folders of the official image, so that
 * both are run in the same way.
 */
export async function binaryImage(
  component: ComponentSpec & { readonly image: ImageFacts },
  options: { base: string; tools: ImageTools; cacheDir: string },
): Promise<LocalImage> {
  const { image, program } = component;
  if (program.kind !== 'binary') throw new Error(`${component.name} is not a binary`);
  const { base, tools, cacheDir } = options;
  const [path = ''] = image.entrypoint;
  // The tools that check its configuration, beside it as in the official image.
  const others = checkOf(component).filter((binary) => binary !== program.binary);
  const copy = copyAs(image.user);
  const placed = [
    ...(image.home === undefined ? [] : await homeOf(program.binary, image.home, tools, copy)),
    ...(await Promise.all(
      [[program.binary, path] as const, ...others.map(besides(path))].map(([binary, to]) =>
        placeBinary(tools.path(binary), to, cacheDir, copy),
      ),
    )),
  ];
  return {
    name: program.binary,
    dockerfile: [
      `FROM ${base}`,
      copy('empty', image.data),
      ...placed.flatMap(({ steps }) => steps),
      ...runAs(image),
    ],
    parts: placed,
    texts: {},
    content: placed.map(({ content }) => content).join('\n'),
  };
}

const besides =
  (path: string) =>
  (binary: string): readonly [string, string] => [binary, posix.join(posix.dirname(path), binary)];

async function placeBinary(named: string, to: string, cacheDir: string, copy: Copy): Promise<Placed> {
  const path = await realpath(named);
  const name = basename(path);
  const content = await knownDigest(path, cacheDir);
  return { folder: dirname(path), names: [name], content, steps: [copy(name, to)] };
}

async function homeOf(binary: string, to: string, tools: ImageTools, copy: Copy): Promise<Placed[]> {
  const recipe = Object.values(recipes).find(({ binaries }) =>
    (binaries as readonly string[]).includes(binary),
  );
  const files: readonly string[] = recipe && 'homeFiles' in recipe ? (recipe.homeFiles ?? []) : [];
  const names = [...new Set(files.map((file) => file.split('/')[0] ?? ''))];
  const folder = tools.home(binary);
  const steps = names.map((name) => copy(name, posix.join(to, name)));
  // By name and size only, since the binary itself is identified by its content.
  const content = (await Promise.all(names.map((name) => listing(join(folder, name))))).join('\n');
  return [{ folder, names, content, steps }];
}

async function listing(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const lines = await Promise.all(
    files.map(async (file) => `${file.slice(folder.length)} ${(await stat(file)).size}`),
  );
  return lines.sort().join('\n');
}
