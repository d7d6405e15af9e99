import { link, mkdir, open, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { broken, messageOf } from '../../core/errors.ts';
import { shownPath } from '../../core/shown-path.ts';
import { isDead, type Owner, ownerText, parseOwner } from '../../stacks/runtimes/process/owner.ts';
import type { Staging } from './staging.ts';

/*
 * What a drill changes in a staging, on disk before it is changed: beside the file of the staging, so that every later
 * command finds it. The notes also keep two drills from changing one staging at the same time.
 */

const change = z.discriminatedUnion('kind', [
  /** A fault that is injected. */
  z.object({
    kind: z.literal('fault'),
    scenario: z.string(),
    fault: z.object({ kind: z.string(), params: z.record(z.string(), z.json()) }),
  }),
  /** A webhook that is added to a contact point of Grafana. */
  z.object({ kind: z.literal('copy'), contactPoint: z.string(), uid: z.string(), url: z.string() }),
]);
export type Change = z.output<typeof change>;

const notes = z.object({ owner: z.string(), changes: z.array(change) });

/** The folder of the notes, from the folder of the staging's file. */
const keptIn = '.firedrill/attached';

const pathOf = ({ file }: Pick<Staging, 'file'>): string =>
  join(dirname(file), keptIn, `${basename(file)}.json`);

/** Changes that a run left in a staging. */
export interface Left {
  readonly owner: Owner;
  readonly changes: readonly Change[];
}

/**
 * Reads what an earlier run has left.
 *
 * @returns `undefined` if nothing is noted.
 * @throws FiredrillError `broken` when the notes cannot be read, or their run is still alive.
 */
export async function readLeft(staging: Pick<Staging, 'file'>): Promise<Left | undefined> {
  const path = pathOf(staging);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw broken(shownPath(path), `the notes of an earlier drill cannot be read: ${messageOf(error)}`);
  });
  if (text === undefined) return undefined;
  const found = readNotes(text);
  const owner = found && parseOwner(found.owner);
  if (!owner)
    throw broken(
      shownPath(path),
      'the notes of an earlier drill are damaged',
      'see what it says that was changed, undo that by hand, and remove the file',
    );
  if (!isDead(owner))
    throw broken(
      shownPath(staging.file),
      `the drill ${owner.run} (process ${owner.pid}) is under way on this staging`,
      'wait until it has ended',
    );
  return { owner, changes: found.changes };
}

function readNotes(text: string): z.output<typeof notes> | undefined {
  try {
    return notes.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Removes what is left of notes whose run was killed while it wrote them. Such a run had not changed anything more. */
export async function removeUnfinished(staging: Pick<Staging, 'file'>): Promise<void> {
  const path = pathOf(staging);
  const begin = `${basename(path)}.`;
  const names = await readdir(dirname(path)).catch((): string[] => []);
  for (const name of names.filter((one) => one.startsWith(begin))) {
    const owner = parseOwner(name.slice(begin.length));
    if (owner && isDead(owner)) await rm(join(dirname(path), name), { force: true });
  }
  await removeEmptyFolders(path);
}

async function removeEmptyFolders(path: string): Promise<void> {
  for (const folder of [dirname(path), dirname(dirname(path))]) await rmdir(folder).catch(() => {});
}

/** The notes of the running drill. */
export class Notes {
  readonly #path: string;
  readonly #owner: Owner;
  #changes: readonly Change[];

  private constructor(path: string, owner: Owner, changes: readonly Change[]) {
    this.#path = path;
    this.#owner = owner;
    this.#changes = changes;
  }

  /**
   * Opens the notes of a run.
   *
   * @throws FiredrillError `broken` when another run has opened its own in the meantime.
   */
  static async open(staging: Pick<Staging, 'file'>, owner: Owner): Promise<Notes> {
    const opened = new Notes(pathOf(staging), owner, []);
    await opened.#write(async (next, path) => {
      // Fails if the notes of another run are there.
      const failure = await link(next, path).then(
        () => undefined,
        (error: unknown) =>
          broken(shownPath(staging.file), `another drill has begun on this staging: ${messageOf(error)}`),
      );
      await rm(next);
      if (failure) throw failure;
    });
    return opened;
  }

  /** Takes over the notes that an earlier run has left. */
  static async takeOver(staging: Pick<Staging, 'file'>, owner: Owner, { changes }: Left): Promise<Notes> {
    const taken = new Notes(pathOf(staging), owner, changes);
    await taken.#write();
    return taken;
  }

  /** Notes a change. When it returns, the note is on disk. */
  async add(one: Change): Promise<void> {
    this.#changes = [...this.#changes, one];
    await this.#write();
  }

  /** Strikes a change that is undone. */
  async strike(one: Change): Promise<void> {
    this.#changes = this.#changes.filter((other) => other !== one);
    await this.#write();
  }

  /** Removes the notes if every change is undone. Otherwise the next command finds them. */
  async close(): Promise<void> {
    if (this.#changes.length > 0) return;
    await rm(this.#path, { force: true });
    await removeEmptyFolders(this.#path);
  }

  async #write(put: (next: string, path: string) => Promise<void> = rename): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true });
    const next = `${this.#path}.${ownerText(this.#owner)}`;
    {
      // A fault may contain what only its owner may read.
      await using file = await open(next, 'w', 0o600);
      await file.writeFile(JSON.stringify({ owner: ownerText(this.#owner), changes: this.#changes }));
      await file.sync();
    }
    await put(next, this.#path);
  }
}
