import { distinctProblems, FiredrillError, type Problem } from './errors.ts';

/** Collects the problems of the parts of an input, so that a problem in one part does not hide those in another. */
export class Problems {
  readonly #all: Problem[] = [];

  /** The problems without duplicates. */
  get all(): readonly Problem[] {
    return distinctProblems(this.#all);
  }

  add(...problems: readonly Problem[]): void {
    this.#all.push(...problems);
  }

  /** Returns the result, or `undefined` if the function refuses its input. Its problems are collected. */
  read<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      this.#collect(error);
      return undefined;
    }
  }

  /** As `read`, for an asynchronous function. */
  async readSoon<T>(reading: Promise<T>): Promise<T | undefined> {
    try {
      return await reading;
    } catch (error) {
      this.#collect(error);
      return undefined;
    }
  }

  /** @throws FiredrillError `bad-input` with all collected problems, if there are any. */
  refuse(): void {
    if (this.#all.length > 0) throw new FiredrillError('bad-input', this.all);
  }

  #collect(error: unknown): void {
    if (!(error instanceof FiredrillError) || error.kind !== 'bad-input') throw error;
    this.add(...error.problems);
  }
}
