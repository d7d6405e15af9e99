import { isAnswer } from './end-of.ts';

/**
 * Makes a handler for a failed request. The handler ignores an answer of the daemon that contains one of these words, such
 * as `not running` when a container that has ended is killed.
 *
 * @throws every other error.
 */
export const ignoreAnswer =
  (...words: readonly string[]) =>
  (error: unknown): void => {
    if (!isAnswer(error) || !words.some((word) => error.message.includes(word))) throw error;
  };
