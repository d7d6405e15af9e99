import { isAnswer } from './end-of.ts';

/** For a request that is to have no effect on what is so already. */
export const ignoreAnswer =
  (...words: readonly string[]) =>
  (error: unknown): void => {
    if (!isAnswer(error) || !words.some((word) => error.message.includes(word))) throw error;
  };
