import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The properties of an entry in npm's lock file that are needed here. */
interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

export type LockFile = Readonly<Record<string, LockedPackage>>;

/** An installed package: its folder, `node_modules/…`, and its version and checksum. */
export interface InstalledPackage {
  readonly folder: string;
  readonly content: string;
}

/** What runs on Node in containers: the sample app and the link proxy, with what they import of the project. */
export const appSources = [
  'systems/shop/services',
  'stacks/link-proxy',
  'core/link-fault.ts',
  'core/seeded-random.ts',
];

/** Files of them that are not needed at run time. */
export const notForRunning = ['*.test.ts', '*.integration.ts', 'systems/shop/services/testing', 'README.md'];

/** The packages that they import. */
export async function importsOf(project: string): Promise<string[]> {
  const found = new Set<string>();
  const files = glob(
    appSources.map((path) => (path.endsWith('.ts') ? path : `${path}/**/*.ts`)),
    {
      cwd: project,
      exclude: ['**/*.test.ts', '**/*.integration.ts', 'systems/shop/services/testing'],
    },
  );
  for await (const file of files) {
    const text = await readFile(join(project, file), 'utf8');
    for (const [, name = ''] of text.matchAll(/\b(?:from|import)\s*\(?'([^'.][^']*)'/g)) {
      const [scope = '', rest] = name.split('/');
      if (!name.startsWith('node:')) found.add(scope.startsWith('@') ? `${scope}/${rest}` : scope);
    }
  }
  return [...found].sort();
}

/**
 * The packages that are needed at run time, including transitive dependencies.
 *
 * @param lock `packages` of npm's lock file.
 */
export function closureOf(roots: readonly string[], lock: LockFile): InstalledPackage[] {
  const found = new Map<string, LockedPackage>();
  const add = (name: string, from: string) => {
    const folder = folderOf(name, from, lock);
    const locked = folder === undefined ? undefined : lock[folder];
    if (folder === undefined || !locked || found.has(folder)) return;
    found.set(folder, locked);
    const { dependencies, optionalDependencies, peerDependencies } = locked;
    for (const needed of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      add(needed, folder);
    }
  };
  for (const root of roots) add(root, '');
  return [...found]
    .map(([folder, { version, integrity }]) => ({ folder, content: `${folder} ${version} ${integrity}` }))
    .sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

/** The folder in which Node finds a dependency of the package in `from`: the nearest one upwards. */
function folderOf(name: string, from: string, lock: LockFile): string | undefined {
  for (let above = from; ; above = above.slice(0, Math.max(0, above.lastIndexOf('/node_modules/')))) {
    const folder = `${above ? `${above}/` : ''}node_modules/${name}`;
    if (lock[folder]) return folder;
    if (!above) return undefined;
  }
}
