import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { badInput, type Problem } from '../core/errors.ts';
import { unreadable } from '../core/file-errors.ts';
import { Problems } from '../core/problems.ts';
import { shownPath } from '../core/shown-path.ts';
import { readTree, type TreeFile } from './files/config-tree.ts';
import { folderOf, WrittenFiles } from './files/files.ts';
import type { ReadFiles } from './files/folder-readers.ts';
import type { Place } from './files/place.ts';
import { leadsOut, readFilesOf } from './files/read-files.ts';
import { adopt, type ProductionFacts } from './production/adopt.ts';
import type { KnownComponent } from './production/scraped-services.ts';

/** A folder of the project's configuration, or only some of the folders in it. */
export type ProjectFolder = string | { readonly folder: string; readonly only: readonly string[] };

/** The user's configuration, and all that may read it. */
export interface Overlay extends ProductionFacts {
  readonly directory: string;
  /** Of every stack on which it is to be drilled. */
  readonly components: readonly KnownComponent[];
}

/**
 * Reads the project's configuration, each directory laid over those before it, and lays the user's over that: a file
 * replaces the one at the same path, a new one (a rule file, say) joins. What of the project's own nothing reads any
 * more, since the user's files name others, is left out.
 *
 * @param made further files of the project's configuration, by path.
 * @throws FiredrillError `bad-input` with each of the user's files that is not used, and why.
 */
export async function readConfigFiles(
  projectConfig: readonly ProjectFolder[],
  overlay?: Overlay,
  made: Readonly<Record<string, string>> = {},
): Promise<WrittenFiles> {
  const problems = new Problems();
  const files = await findConfigFiles(projectConfig, overlay, problems, made);
  problems.refuse();
  return files;
}

/**
 * The same.
 *
 * @param problems gets what `readConfigFiles` refuses.
 * @returns what can be used all the same.
 */
export async function findConfigFiles(
  projectConfig: readonly ProjectFolder[],
  overlay: Overlay | undefined,
  problems: Problems,
  made: Readonly<Record<string, string>> = {},
): Promise<WrittenFiles> {
  const together = new Map<string, string>();
  const names = new Map<string, string>();
  const add = (directory: string, { path, text }: TreeFile) => {
    together.set(path, text);
    names.set(path, shownPath(join(directory, path)));
  };
  for (const given of projectConfig) {
    const { folder, only } = typeof given === 'string' ? { folder: given } : given;
    const tree = await readTree(folder);
    problems.add(...tree.problems);
    for (const file of tree.files)
      if (!file.hidden && (only?.includes(folderOf(file.path)) ?? true)) add(folder, file);
  }
  for (const [path, text] of Object.entries(made)) together.set(path, text);
  const directory = overlay && (await problems.readSoon(requireFolder(overlay.directory)));
  if (overlay === undefined || directory === undefined) return new WrittenFiles(together, names);
  const where = (path: string) => `--config ${shownPath(path)}`;
  const own = await readTree(directory, where);
  for (const file of own.files) add(directory, file);
  const adopted = adopt(
    together,
    names,
    own.files.map(({ path }) => path),
    overlay.components,
    overlay,
  );
  const readers = readFilesOf(overlay.components, adopted);
  const isRead = (path: string) => readers.get(folderOf(path))?.reads(path) === true;
  // Of some files others were made.
  const kept = own.files.filter(({ path }) => adopted.has(path));
  const unused = [...own.problems, ...unread(kept, readers, (path) => where(join(directory, path)))];
  problems.add(...unused);
  if (kept.length === own.files.length && !kept.some(({ path }) => isRead(path)) && unused.length === 0) {
    problems.add({
      where: where(directory),
      message: "holds no file: the drill would be of the project's own configuration",
      hint: layout,
    });
  }
  for (const [folder, { main, patterns }] of readers) {
    const isOfFolder = ({ path }: TreeFile) => folderOf(path) === folder;
    // Of resources of which nothing was made no file is left that could be told.
    if (main === undefined || !patterns || adopted.has(main) || kept.some(isOfFolder)) continue;
    if (own.files.some(isOfFolder))
      problems.add({
        where: where(join(directory, main)),
        message: 'is missing: no resource in this folder holds it',
      });
  }
  problems.add(...pathsThatLeadOut(own.files, readers, (path) => adopted.place(path)));
  return adopted.withTexts([...adopted].filter(([path]) => isRead(path)));
}

const layout = 'lay it out like stacks/config, e.g. prometheus/rules/mine.yml in it';

/** @throws FiredrillError `bad-input` where the user's configuration is no folder. */
export async function requireFolder(directory: string): Promise<string> {
  const message = await stat(directory).then(
    (found) => (found.isDirectory() ? undefined : 'is a file; expected a folder'),
    unreadable,
  );
  if (message === undefined) return directory;
  throw badInput({ where: `--config ${shownPath(directory)}`, message, hint: layout });
}

/** Each file that nothing reads, at any of the paths that lead to it. Hidden ones are no configuration unless read. */
function unread(
  own: readonly TreeFile[],
  readers: ReadonlyMap<string, ReadFiles>,
  where: (path: string) => string,
): Problem[] {
  const isRead = ({ path }: TreeFile) => readers.get(folderOf(path))?.reads(path) === true;
  const used = new Set(own.filter(isRead).map(({ real }) => real));
  const paths = new Set(own.map(({ path }) => path));
  return own
    .filter((file) => !file.hidden && !isRead(file) && !used.has(file.real))
    .map(({ path }) => {
      const reader = readers.get(folderOf(path));
      if (!reader) {
        return {
          where: where(path),
          message: `no component reads it; expected it under ${[...readers.keys()].join('/, ')}/`,
        };
      }
      return {
        where: where(path),
        message: `nothing reads it: ${reader.told}`,
        ...hintFor(path, reader, paths),
      };
    });
}

function hintFor(
  path: string,
  { main, patterns, reads }: ReadFiles,
  paths: ReadonlySet<string>,
): { hint?: string } {
  const renamed = otherEndings(path).find((other) => reads(other) && !paths.has(other));
  if (renamed !== undefined) return { hint: `name it ${renamed}` };
  const others = patterns && severalHint(path, patterns, main, reads);
  const place =
    main !== undefined && !paths.has(main) && isBeside(path, main) ? `name it ${main}` : undefined;
  if (others !== undefined)
    return { hint: place === undefined ? others : `${place} if it is to take its place; ${others}` };
  return { hint: place ?? 'put what it says into a file that is read, or remove it' };
}

/** Where a pattern reads files of another folder, the file needs only be moved there. */
function severalHint(
  path: string,
  patterns: NonNullable<ReadFiles['patterns']>,
  main: string | undefined,
  reads: ReadFiles['reads'],
): string {
  const moved = patterns.of
    .map((pattern) => join(folderOf(path), dirname(pattern), basename(path)))
    .find((other) => other !== path && reads(other));
  const match = `to be one of several files it must match ${patterns.key} of ${main}`;
  return moved === undefined ? match : `${match}, e.g. as ${moved}`;
}

const isBeside = (path: string, main: string) => path.split('/').length === main.split('/').length;

function otherEndings(path: string): string[] {
  const stem = path.replace(/\.\w+$/, '');
  return ['yml', 'yaml', 'json', 'tmpl', 'env']
    .map((ending) => `${stem}.${ending}`)
    .filter((other) => other !== path);
}

/** Patterns by which a component would look on the machine itself for more of its configuration. */
function pathsThatLeadOut(
  own: readonly TreeFile[],
  readers: ReadonlyMap<string, ReadFiles>,
  placeOf: (path: string) => Place,
): Problem[] {
  return [...readers.values()].flatMap(({ main, patterns }) =>
    main !== undefined && patterns !== undefined && own.some(({ path }) => path === main)
      ? patterns.of.flatMap((pattern, i) =>
          leadsOut(pattern)
            ? placeOf(main)
                .to(patterns.key, i)
                .problem(
                  `${pattern} leads out of the folder of this file; a drill reads nothing there`,
                  `write it from this file's folder, e.g. ${inFolder(pattern)}: it is read from there in production too`,
                )
            : [],
        )
      : [],
  );
}

/** `/etc/prometheus/rules/*.yml` → `rules/*.yml` */
const inFolder = (pattern: string): string =>
  pattern
    .split('/')
    .filter((part) => !['', '.', '..'].includes(part))
    .slice(-2)
    .join('/');
