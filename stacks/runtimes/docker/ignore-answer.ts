import { isAnswer } from './end-of.ts';

/**
 * Handler of a failed request that ignores answers with one of these words, e.g. of removing what has been removed.
 *
 * @throws every other error.
 */
export const ignoreAnswer =
  (...words: readonly string[]) =>
  (error: unknown): void => {
    if (!isAnswer(error) || !words.some((word) => error.message.includes(word))) throw error;
  };
