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
import type { ConfinementTarget } from '../watch/confinement.ts';
import type { EndedDrill, ReadyStack } from './ready-stack.ts';

/** What the stack needs of the drill that uses it. */
export interface StackUser {
  readonly directory: RunDirectory;
  readonly recorder: Recorder;
  readonly redaction: Redaction;
  readonly componentLost: AbortController;
}

/** Why the next drill needs a new stack. */
export type NewStackReason = Omit<NewBecause, 'drill'>;

/**
 * A stack and its listeners from before the start to the end. Several drills may use the stack one after the other. The
 * configuration and logs of its components are in the directory of the drill that started it.
 */
export class StackLifecycle {
  readonly directory: RunDirectory;
  readonly owner: Owner;
  readonly scope: Scope;
  /** The drills that have ended on the stack, in order. */
  readonly ended: EndedDrill[] = [];
  /** `undefined` until every component is ready. */
  running: ReadyStack | undefined;
  #lossError: Error | undefined;
  #isWatched = true;
  #drill: StackUser | undefined;
  readonly #redaction: Redaction;
  readonly #daemon: Daemon | undefined;
  /** Sizes of the log files in bytes, by file name. */
  #logSizesAtDrillStart: ReadonlyMap<string, number> = new Map();
  #logSizesAtFirstDrillEnd: ReadonlyMap<string, number> | undefined;

  /**
   * @param first the drill that starts the stack.
   * @param daemon the Docker daemon that may run the stack's containers.
   */
  constructor(first: Pick<StackUser, 'directory' | 'redaction'>, daemon: Daemon | undefined) {
    this.directory = first.directory;
    this.owner = ownerOf(first.directory.id, process.pid);
    this.#redaction = first.redaction;
    this.#daemon = daemon;
    this.scope = new Scope((failure) => this.#drill?.recorder.record.teardownFailures.push(failure));
  }

  /** Lets a drill use the stack. From now on, this drill is told when a component is lost. */
  async beginDrill(drill: StackUser): Promise<void> {
    this.#drill = drill;
    drill.recorder.record.confinement = { watched: this.#isWatched, outside: [] };
    this.#logSizesAtDrillStart = await sizesOf(this.directory.logs);
    if (this.#lossError) drill.componentLost.abort(this.#lossError);
  }

  reportLost(error: Error): void {
    this.#lossError ??= error;
    this.#drill?.componentLost.abort(error);
  }

  confinementTarget(): ConfinementTarget {
    return { recorder: this.#drill?.recorder, endDrill: (error) => this.reportLost(error) };
  }

  /** Records that the connections of the components are no longer watched. */
  reportUnwatched(): void {
    this.#isWatched = false;
    const confinement = this.#drill?.recorder.record.confinement;
    if (confinement) confinement.watched = false;
  }

  /** Returns why the next drill cannot reuse the stack although the last drill passed: a failed undo or a lost component. */
  reuseObstacle([failed]: readonly UndoFailure[]): NewStackReason | undefined {
    if (failed) return { kind: 'undo failed', detail: `${failed.what}: ${failed.message}` };
    return this.#lossError ? { kind: 'component lost', detail: this.#lossError.message } : undefined;
  }

  /**
   * Ends the current drill and leaves the stack running for the next one.
   *
   * @throws Error, after the stack was stopped, when the files of the drill cannot be copied.
   */
  async endDrill(ended: EndedDrill): Promise<void> {
    try {
      this.ended.push(ended);
      this.#logSizesAtFirstDrillEnd ??= await sizesOf(this.directory.logs);
      await this.#copyFilesToDrill();
      this.#drill = undefined;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /**
   * Stops the stack and removes everything that belongs to it.
   *
   * @throws Error when something was left that no undo had removed, or when a secret could not be removed from a file.
   */
  async close(): Promise<void> {
    await this.scope.close();
    const left = await reap((other) => ownerText(other) === ownerText(this.owner), 0, {
      daemon: this.#daemon,
    });
    try {
      await this.#copyFilesToDrill();
      // Later log lines belong to other drills.
      for (const [name, size] of this.#logSizesAtFirstDrillEnd ?? [])
        await truncate(join(this.directory.logs, name), size);
    } finally {
      // Only now, because the running components needed the secrets in their configuration.
      await hideSecretsIn(this.directory, this.#redaction);
    }
    if (left.length > 0) throw new Error(`left behind, and now removed: ${left.join(', ')}`);
  }

  /** Copies the configuration and the drill's part of the logs to a drill that did not start the stack. */
  async #copyFilesToDrill(): Promise<void> {
    if (!this.#drill || this.#drill.directory.id === this.directory.id) return;
    const { directory, redaction } = this.#drill;
    try {
      await cp(join(this.directory.path, 'config'), join(directory.path, 'config'), { recursive: true });
      for (const [name, size] of await sizesOf(this.directory.logs)) {
        // The load writes its log to the drill's own directory.
        if (name === loadLog) continue;
        const from = this.#logSizesAtDrillStart.get(name) ?? 0;
        await copyPart(join(this.directory.logs, name), join(directory.logs, name), from, size);
      }
    } finally {
      // Also of a copy that was not finished, as on a full disk.
      await hideSecretsIn(directory, redaction);
    }
  }
}

export const loadLog = 'k6.log';

async function hideSecretsIn({ path }: RunDirectory, redaction: Redaction): Promise<void> {
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
