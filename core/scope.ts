import { messageOf } from './errors.ts';

/** An undo that failed, reported to the caller of `close`. */
export interface UndoFailure {
  readonly what: string;
  readonly message: string;
}

/**
 * A stack of undo actions. Register the undo before the action, so that a partial action is undone too. `close` runs
 * them in reverse. Each has its own time budget, independent of the signal that ended the work, and none is skipped
 * because another failed.
 */
export class Scope implements AsyncDisposable {
  readonly #undos: { what: string; undo: () => Promise<void> | void; budgetMs: number }[] = [];
  readonly #onFailure: (failure: UndoFailure) => void;
  #closing: Promise<UndoFailure[]> | undefined;

  constructor(onFailure: (failure: UndoFailure) => void = () => {}) {
    this.#onFailure = onFailure;
  }

  /** Registers an undo; call it before the action. `budgetMs` defaults to 10 s. */
  defer(what: string, undo: () => Promise<void> | void, budgetMs = 10_000): void {
    if (this.#closing !== undefined) throw new Error(`scope is closed; cannot register the undo of ${what}`);
    this.#undos.push({ what, undo, budgetMs });
  }

  /** Runs the undos, last first. Idempotent: a second call waits for the first. */
  close(): Promise<UndoFailure[]> {
    this.#closing ??= this.#unwind();
    return this.#closing;
  }

  async #unwind(): Promise<UndoFailure[]> {
    const failures: UndoFailure[] = [];
    for (const { what, undo, budgetMs } of this.#undos.reverse()) {
      try {
        await within(budgetMs, undo());
      } catch (error) {
        const failure = { what, message: messageOf(error) };
        failures.push(failure);
        this.#onFailure(failure);
      }
    }
    return failures;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

async function within(budgetMs: number, work: Promise<void> | void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${budgetMs / 1000} s`)), budgetMs);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
