import { copyFile, cp, open, readdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { NewBecause } from '../../core/record.ts';
import { Scope, type UndoFailure } from '../../core/scope.ts';
import type { Daemon } from '../../stacks/runtimes/docker/docker-api.ts';
import { type Owner, ownerOf, ownerText } from '../../stacks/runtimes/process/owner.ts';
import { reap } from '../../stacks/runtimes/process/reap.ts';
import type { Recorder } from '../record/recorder.ts';
import type { Redaction } from '../record/redaction.ts';
import type { RunDirectory } from '../record/run-directory.ts';
import type { Confined } from '../watch/confinement.ts';
import type { EndedDrill, ServedStack } from './served-stack.ts';

/** A drill that runs on the stack. */
export interface ServedDrill {
  readonly directory: RunDirectory;
  readonly recorder: Recorder;
  readonly redaction: Redaction;
  readonly lost: AbortController;
}

/** Why a drill needs a stack of its own. */
export type WhyNew = Omit<NewBecause, 'drill'>;

/**
 * A stack with what listens beside it, from before its start to its end. It may serve several drills, one after the
 * other; its components' configuration and logs are in the directory of the drill that started it.
 */
export class OpenStack {
  readonly directory: RunDirectory;
  readonly owner: Owner;
  readonly scope: Scope;
  /** Drills that have ended on it, in order. */
  readonly ended: EndedDrill[] = [];
  /** Absent until every component was ready. */
  running: ServedStack | undefined;
  #lostBy: Error | undefined;
  #isWatched = true;
  #drill: ServedDrill | undefined;
  readonly #redaction: Redaction;
  readonly #daemon: Daemon | undefined;
  /** Where the logs ended when the running drill began, and when the one that started the stack ended. */
  #logsBefore: ReadonlyMap<string, number> = new Map();
  #logsOfFirst: ReadonlyMap<string, number> | undefined;

  /**
   * @param first of the drill that starts it.
   * @param daemon in which the run may have containers.
   */
  constructor(first: Pick<ServedDrill, 'directory' | 'redaction'>, daemon: Daemon | undefined) {
    this.directory = first.directory;
    this.owner = ownerOf(first.directory.id, process.pid);
    this.#redaction = first.redaction;
    this.#daemon = daemon;
    this.scope = new Scope((failure) => this.#drill?.recorder.record.teardownFailures.push(failure));
  }

  /** Gives it to a drill, which is told from now on of what happens to it. */
  async serve(drill: ServedDrill): Promise<void> {
    this.#drill = drill;
    drill.recorder.record.confinement = { watched: this.#isWatched, outside: [] };
    this.#logsBefore = await sizesOf(this.directory.logs);
    if (this.#lostBy) drill.lost.abort(this.#lostBy);
  }

  lose(error: Error): void {
    this.#lostBy ??= error;
    this.#drill?.lost.abort(error);
  }

  confined(): Confined {
    return { recorder: this.#drill?.recorder, lose: (error) => this.lose(error) };
  }

  /** Nobody sees any more what its components connect to. */
  unwatch(): void {
    this.#isWatched = false;
    const confinement = this.#drill?.recorder.record.confinement;
    if (confinement) confinement.watched = false;
  }

  /** What keeps the next drill from it, though the last one held: an undo that failed, or a lost component. */
  troubleSince([failed]: readonly UndoFailure[]): WhyNew | undefined {
    if (failed) return { kind: 'undo failed', detail: `${failed.what}: ${failed.message}` };
    return this.#lostBy ? { kind: 'component lost', detail: this.#lostBy.message } : undefined;
  }

  /** Leaves it running for the next drill. */
  async release(ended: EndedDrill): Promise<void> {
    this.ended.push(ended);
    this.#logsOfFirst ??= await sizesOf(this.directory.logs);
    await this.#keepFiles();
    this.#drill = undefined;
  }

  /**
   * Ends it, and leaves nothing.
   *
   * @throws Error when something had to be removed that no undo had removed, or a secret could not be.
   */
  async close(): Promise<void> {
    await this.scope.close();
    const left = await reap((other) => ownerText(other) === ownerText(this.owner), 0, {
      daemon: this.#daemon,
    });
    await this.#keepFiles();
    // What its components told later is of other drills.
    for (const [name, size] of this.#logsOfFirst ?? []) await truncate(join(this.directory.logs, name), size);
    // The components needed the secrets in their configuration until now.
    await hideIn(this.directory, this.#redaction);
    if (left.length > 0) throw new Error(`left behind, and now removed: ${left.join(', ')}`);
  }

  /** Copies the configuration and the drill's part of the logs to a drill that did not start the stack. */
  async #keepFiles(): Promise<void> {
    if (!this.#drill || this.#drill.directory.id === this.directory.id) return;
    const { directory, redaction } = this.#drill;
    await cp(join(this.directory.path, 'config'), join(directory.path, 'config'), { recursive: true });
    for (const [name, size] of await sizesOf(this.directory.logs)) {
      // Those of its own load are there already.
      if (name === loadLog) continue;
      const from = this.#logsBefore.get(name) ?? 0;
      await copyPart(join(this.directory.logs, name), join(directory.logs, name), from, size);
    }
    await hideIn(directory, redaction);
  }
}

export const loadLog = 'k6.log';

async function hideIn({ path }: RunDirectory, redaction: Redaction): Promise<void> {
  for (const kept of ['config', 'logs']) await redaction.hideInFiles(join(path, kept));
}

async function sizesOf(directory: string): Promise<Map<string, number>> {
  const names = await readdir(directory);
  return new Map(
    await Promise.all(names.map(async (name) => [name, (await stat(join(directory, name))).size] as const)),
  );
}

async function copyPart(source: string, target: string, from: number, to: number): Promise<void> {
  if (from === 0) return await copyFile(source, target);
  await using file = await open(source);
  await using copy = await open(target, 'w', 0o600);
  if (to > from) await copy.writeFile(file.createReadStream({ start: from, end: to - 1, autoClose: false }));
}
